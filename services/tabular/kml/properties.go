package kml

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// properties keep their order: it is that of the columns.
type properties []property

type property struct{ name, value string }

// set keeps a value; a second one of the same name goes under a name of its own.
func (p *properties) set(name, value string) {
	if name = strings.TrimSpace(name); name == "" || len(*p) == mostMembers {
		return
	}
	if len(value) > longestText {
		value = strings.ToValidUTF8(value[:longestText+1], "") // the reader of cells refuses it
	}
	free := name
	for n := 2; p.has(free); n++ {
		free = name + "_" + strconv.Itoa(n)
	}
	*p = append(*p, property{free, value})
}

func (p *properties) has(name string) bool {
	return slices.ContainsFunc(*p, func(known property) bool { return known.name == name })
}

// MarshalJSON writes an object in the order of the properties.
func (p properties) MarshalJSON() ([]byte, error) {
	var out bytes.Buffer
	out.WriteByte('{')
	for i, m := range p {
		if i > 0 {
			out.WriteByte(',')
		}
		name, err := json.Marshal(m.name)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(m.value)
		if err != nil {
			return nil, err
		}
		out.Write(name)
		out.WriteByte(':')
		out.Write(value)
	}
	out.WriteByte('}')
	return out.Bytes(), nil
}
