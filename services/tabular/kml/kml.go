package kml

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/net/html/charset"
)

// What is wrong with a document.
var (
	ErrBroken = errors.New("kml: damaged document")
	ErrEntity = errors.New("kml: the document declares entities")
	ErrLink   = errors.New("kml: the document links to another")
)

const (
	deepest      = 100
	longestText  = 1 << 20
	mostMembers  = 2_000
	longestShape = 8 << 20 // octets of a geometry's coordinates
)

// Features writes every place of the document, one GeoJSON feature a line.
func Features(r io.Reader, w io.Writer) error {
	d := xml.NewDecoder(r)
	d.CharsetReader = charset.NewReaderLabel
	s := &reading{d: d, out: json.NewEncoder(w)}
	s.out.SetEscapeHTML(false)
	for {
		token, err := s.token()
		if errors.Is(err, io.EOF) && s.seen {
			return nil
		}
		if err != nil {
			return broken(err)
		}
		if err := s.outside(token); err != nil {
			return err
		}
	}
}

// reading is a document on its way in.
type reading struct {
	d       *xml.Decoder
	out     *json.Encoder
	folders []string // names of the folders around, "" until they are known
	path    []string // elements around
	seen    bool     // the root was
}

func (s *reading) token() (xml.Token, error) {
	token, err := s.d.Token()
	if directive, is := token.(xml.Directive); is && strings.Contains(strings.ToUpper(string(directive)), "DOCTYPE") {
		return nil, ErrEntity
	}
	return token, err
}

func broken(err error) error {
	var syntax *xml.SyntaxError
	switch {
	case errors.As(err, &syntax), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("%w: %w", ErrBroken, err)
	}
	return err
}

// outside takes an element that is not inside a place.
func (s *reading) outside(token xml.Token) error {
	switch t := token.(type) {
	case xml.StartElement:
		s.seen = true
		switch t.Name.Local {
		case "NetworkLink":
			return ErrLink
		case "Placemark":
			return s.place()
		case "name":
			return s.named()
		case "Folder":
			s.folders = append(s.folders, "")
		}
		if s.path = append(s.path, t.Name.Local); len(s.path) > deepest {
			return fmt.Errorf("%w: nested too deep", ErrBroken)
		}
	case xml.EndElement:
		if t.Name.Local == "Folder" && len(s.folders) > 0 {
			s.folders = s.folders[:len(s.folders)-1]
		}
		if len(s.path) > 0 {
			s.path = s.path[:len(s.path)-1]
		}
	}
	return nil
}

// named takes the name of the folder around.
func (s *reading) named() error {
	text, err := s.text("name")
	if n := len(s.path); err == nil && n > 0 && s.path[n-1] == "Folder" {
		s.folders[len(s.folders)-1] = text
	}
	return err
}

// text reads an element's text up to its end.
func (s *reading) text(end string) (string, error) {
	var out strings.Builder
	for depth := 0; ; {
		token, err := s.token()
		if err != nil {
			return "", broken(err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			depth++
		case xml.CharData:
			if out.Len()+len(t) > longestShape {
				return "", fmt.Errorf("%w: %s is too long", ErrBroken, end)
			}
			out.Write(t)
		case xml.EndElement:
			if depth == 0 {
				return strings.TrimSpace(out.String()), nil
			}
			depth--
		}
	}
}

// feature is a place as GeoJSON has it.
type feature struct {
	Type       string     `json:"type"`
	Properties properties `json:"properties"`
	Geometry   any        `json:"geometry"`
}

// place reads a place and writes it.
func (s *reading) place() error {
	p := properties{}
	if n := len(s.folders); n > 0 {
		p.set("dossier", s.folders[n-1])
	}
	f := feature{Type: "Feature"}
	for {
		token, err := s.token()
		if err != nil {
			return broken(err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			shape, err := s.member(t, &p)
			if err != nil {
				return err
			}
			if shape != nil {
				f.Geometry = shape
			}
		case xml.EndElement:
			if t.Name.Local == "Placemark" {
				f.Properties = p
				return s.out.Encode(f)
			}
		}
	}
}

// member reads one element of a place: a property, or its geometry.
func (s *reading) member(t xml.StartElement, p *properties) (any, error) {
	switch t.Name.Local {
	case "Point", "LineString", "LinearRing", "Polygon", "MultiGeometry":
		return s.geometry(t.Name.Local, 0)
	case "ExtendedData", "TimeStamp", "TimeSpan", "SchemaData":
		return nil, nil // their members come next
	case "name", "description", "when", "begin", "end", "address":
		text, err := s.text(t.Name.Local)
		p.set(labels[t.Name.Local], text)
		return nil, err
	case "SimpleData":
		text, err := s.text("SimpleData")
		p.set(attribute(t, "name"), text)
		return nil, err
	case "Data":
		text, err := s.data()
		p.set(attribute(t, "name"), text)
		return nil, err
	}
	return nil, broken(s.d.Skip())
}

// labels are the columns of what KML itself names.
var labels = map[string]string{
	"name": "nom", "description": "description", "when": "date", "begin": "debut", "end": "fin", "address": "adresse",
}

// data reads the value of a Data element, not the name it shows.
func (s *reading) data() (value string, err error) {
	for {
		token, err := s.token()
		if err != nil {
			return "", broken(err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			if t.Name.Local != "value" {
				if err := s.d.Skip(); err != nil {
					return "", broken(err)
				}
				continue
			}
			if value, err = s.text("value"); err != nil {
				return "", err
			}
		case xml.EndElement:
			return value, nil
		}
	}
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}
