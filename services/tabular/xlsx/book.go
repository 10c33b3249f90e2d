package xlsx

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
)

// What is wrong with a workbook.
var (
	ErrNotWorkbook = errors.New("xlsx: not a workbook")
	ErrBroken      = errors.New("xlsx: damaged workbook")
	ErrTooLarge    = errors.New("xlsx: workbook out of proportion")
)

// Limits bound what is unpacked.
type Limits struct {
	Unpacked int64 // bytes of all parts together
	Ratio    int64 // bytes out per byte in, past 16 MiB
}

const (
	ratioFrom  = 16 << 20
	mostParts  = 10_000
	mostText   = 256 << 20 // shared strings, kept in memory
	mostSheets = 1_000
)

// Book is an open workbook. It is immutable and safe for concurrent use.
type Book struct {
	parts   map[string]*zip.File
	sheets  []sheet
	strings []string
	dates   []bool // by style: whether it shows a date
	from04  bool   // days are counted from 1904
}

type sheet struct{ name, part string }

// Open reads a workbook's directory, styles and shared strings. The sizes that
// the archive declares are looked at first; the zip reader holds parts to them.
func Open(r io.ReaderAt, size int64, limits Limits) (*Book, error) {
	archive, err := zip.NewReader(r, size)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBroken, err)
	}
	b := &Book{parts: map[string]*zip.File{}}
	var unpacked uint64
	for _, f := range archive.File {
		b.parts[strings.ToLower(strings.TrimPrefix(f.Name, "/"))] = f
		if f.UncompressedSize64 > uint64(limits.Unpacked) {
			return nil, ErrTooLarge // alone; it could also make the sum start again from zero
		}
		unpacked += f.UncompressedSize64
	}
	bomb := unpacked > uint64(limits.Unpacked) || unpacked > ratioFrom && unpacked/uint64(limits.Ratio) > uint64(size)
	if bomb || len(archive.File) > mostParts {
		return nil, ErrTooLarge
	}
	if b.parts[workbookPart] == nil {
		return nil, ErrNotWorkbook
	}
	for _, step := range []func() error{b.readSheets, b.readStyles, b.readStrings} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return b, nil
}

const workbookPart = "xl/workbook.xml"

// Sheets lists the visible sheets, in their order.
func (b *Book) Sheets() []string {
	names := make([]string, len(b.sheets))
	for i, s := range b.sheets {
		names[i] = s.name
	}
	return names
}

// decode reads a whole part; one that is absent reads as nothing.
func (b *Book) decode(name string, into any) error {
	part := b.parts[name]
	if part == nil {
		return nil
	}
	r, err := part.Open()
	if err != nil {
		return fmt.Errorf("%w: %w", ErrBroken, err)
	}
	defer func() { _ = r.Close() }()
	if err := xml.NewDecoder(io.LimitReader(r, mostText)).Decode(into); err != nil {
		return fmt.Errorf("%w: %s: %w", ErrBroken, name, err)
	}
	return nil
}

func (b *Book) readSheets() error {
	var book struct {
		Properties struct {
			Date1904 string `xml:"date1904,attr"`
		} `xml:"workbookPr"`
		Sheets []struct {
			Name  string `xml:"name,attr"`
			State string `xml:"state,attr"`
			ID    string `xml:"http://schemas.openxmlformats.org/officeDocument/2006/relationships id,attr"`
		} `xml:"sheets>sheet"`
	}
	var links struct {
		List []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	if err := errors.Join(b.decode(workbookPart, &book), b.decode("xl/_rels/workbook.xml.rels", &links)); err != nil {
		return err
	}
	b.from04 = book.Properties.Date1904 == "1" || book.Properties.Date1904 == "true"
	targets := map[string]string{}
	for _, l := range links.List {
		target := strings.TrimPrefix(l.Target, "/")
		if target == l.Target {
			target = path.Join("xl", l.Target)
		}
		targets[l.ID] = strings.ToLower(target)
	}
	for _, s := range book.Sheets {
		shown := s.State == "" || s.State == "visible"
		if part := targets[s.ID]; shown && strings.Contains(part, "worksheets/") && b.parts[part] != nil && len(b.sheets) < mostSheets {
			b.sheets = append(b.sheets, sheet{name: s.Name, part: part})
		}
	}
	if len(b.sheets) == 0 {
		return ErrNotWorkbook
	}
	return nil
}

// builtinDates are the numbers of the formats for dates that need no definition
// (ECMA-376 part 1, 18.8.30).
func builtinDate(id int) bool {
	return id >= 14 && id <= 22 || id >= 27 && id <= 36 || id >= 45 && id <= 47 || id >= 50 && id <= 58
}

func (b *Book) readStyles() error {
	var styles struct {
		Formats []struct {
			ID   int    `xml:"numFmtId,attr"`
			Code string `xml:"formatCode,attr"`
		} `xml:"numFmts>numFmt"`
		Cells []struct {
			Format int `xml:"numFmtId,attr"`
		} `xml:"cellXfs>xf"`
	}
	if err := b.decode("xl/styles.xml", &styles); err != nil {
		return err
	}
	own := map[int]bool{}
	for _, f := range styles.Formats {
		own[f.ID] = showsDate(f.Code)
	}
	for _, c := range styles.Cells {
		date, defined := own[c.Format]
		b.dates = append(b.dates, date || !defined && builtinDate(c.Format))
	}
	return nil
}

// showsDate tells the formats of dates by their letters, outside quoted texts,
// escapes, and brackets that name a colour, a condition or a language. "[h]"
// counts hours and is a duration: a number.
func showsDate(code string) bool {
	code, _, _ = strings.Cut(code, ";")
	for i := 0; i < len(code); i++ {
		switch c := code[i]; {
		case c == '\\' || c == '_' || c == '*':
			i++
		case c == '"' || c == '[':
			end := strings.IndexByte(code[i+1:], map[byte]byte{'"': '"', '[': ']'}[c])
			if end < 0 {
				return false
			}
			if c == '[' && strings.Trim(strings.ToLower(code[i+1:i+1+end]), "hms") == "" {
				return false
			}
			i += end + 1
		case strings.IndexByte("yYmMdDhHsSjJaA", c) >= 0:
			return !strings.HasPrefix(strings.ToLower(code), "general")
		}
	}
	return false
}

func (b *Book) readStrings() error {
	part := b.parts["xl/sharedstrings.xml"]
	if part == nil {
		return nil
	}
	r, err := part.Open()
	if err != nil {
		return fmt.Errorf("%w: %w", ErrBroken, err)
	}
	defer func() { _ = r.Close() }()
	d, kept := xml.NewDecoder(r), 0
	for {
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%w: %w", ErrBroken, err)
		}
		if start, is := token.(xml.StartElement); is && start.Name.Local == "si" {
			text, err := richText(d, "si")
			if err != nil {
				return err
			}
			if kept += len(text) + 16; kept > mostText {
				return ErrTooLarge
			}
			b.strings = append(b.strings, text)
		}
	}
}

// richText joins the runs of a text up to the end of its element, without the
// phonetic ones.
func richText(d *xml.Decoder, end string) (string, error) {
	var out strings.Builder
	inText, phonetic := false, false
	for {
		token, err := d.RawToken()
		if err != nil {
			return "", fmt.Errorf("%w: %w", ErrBroken, err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			inText = t.Name.Local == "t"
			phonetic = phonetic || t.Name.Local == "rPh"
		case xml.EndElement:
			if t.Name.Local == end {
				return strings.ReplaceAll(out.String(), "_x000D_", ""), nil
			}
			inText = false
			if t.Name.Local == "rPh" {
				phonetic = false
			}
		case xml.CharData:
			if inText && !phonetic {
				out.Write(t)
			}
		}
	}
}

// find gives the part of a sheet.
func (b *Book) find(name string) (*zip.File, bool) {
	i := slices.IndexFunc(b.sheets, func(s sheet) bool { return s.name == name })
	if i < 0 {
		return nil, false
	}
	return b.parts[b.sheets[i].part], true
}
