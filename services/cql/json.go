package cql

import (
	"encoding/json"

	"github.com/peterstace/simplefeatures/geom"
)

// ParseJSON reads an expression of CQL2 JSON.
func ParseJSON(body []byte) (Expr, error) {
	if len(body) > mostBytes {
		return nil, failed("cql.fault.deep", nil)
	}
	var v any
	if err := json.Unmarshal(body, &v); err != nil {
		return nil, failed("cql.fault.json", nil)
	}
	return fromJSON(v, 0)
}

func fromJSON(v any, depth int) (Expr, error) {
	if depth > mostDepth {
		return nil, failed("cql.fault.deep", nil)
	}
	switch x := v.(type) {
	case nil, bool, float64, string:
		return &Literal{x}, nil
	case []any:
		items, err := listJSON(x, depth)
		return &Array{items}, err
	case map[string]any:
		return objectJSON(x, depth+1)
	}
	return nil, failed("cql.fault.json", nil)
}

func listJSON(list []any, depth int) (items []Expr, err error) {
	for _, v := range list {
		e, err := fromJSON(v, depth+1)
		if err != nil {
			return nil, err
		}
		items = append(items, e)
	}
	return items, nil
}

func objectJSON(o map[string]any, depth int) (Expr, error) {
	if op, ok := o["op"].(string); ok {
		list, _ := o["args"].([]any)
		args, err := listJSON(list, depth)
		return called(op, args), err
	}
	if name, ok := o["property"].(string); ok {
		return &Property{name}, nil
	}
	for _, day := range []bool{true, false} {
		if at, ok := o[map[bool]string{true: "date", false: "timestamp"}[day]].(string); ok {
			i, ok := parseInstant(at, day)
			if !ok {
				return nil, failed("cql.fault.instant", map[string]any{"Found": at})
			}
			return &Literal{i}, nil
		}
	}
	if ends, ok := o["interval"].([]any); ok {
		list, err := listJSON(ends, depth)
		if err != nil {
			return nil, err
		}
		return intervalOf(list)
	}
	if sides, ok := o["bbox"].([]any); ok {
		list, err := listJSON(sides, depth)
		if err != nil {
			return nil, err
		}
		return boxOf(list)
	}
	if shape, ok := o["type"].(string); ok {
		return shapeJSON(o, shape)
	}
	return nil, failed("cql.fault.json", nil)
}

func shapeJSON(o map[string]any, shape string) (Expr, error) {
	body, err := json.Marshal(o)
	if err != nil {
		return nil, err
	}
	g, err := geom.UnmarshalGeoJSON(body)
	if err != nil {
		return nil, failed("cql.fault.geometry", map[string]any{"Found": shape})
	}
	return &Literal{g.Force2D()}, nil
}
