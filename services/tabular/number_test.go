package tabular_test

import (
	"math"
	"testing"

	"acvdata/services/tabular"
)

func TestParseNumber(t *testing.T) {
	t.Parallel()
	const comma, point, none = tabular.Comma, tabular.Point, tabular.NoDecimal
	bad := math.NaN()
	for _, c := range []struct {
		cell    string
		decimal tabular.Decimal
		want    float64
	}{
		{"12", none, 12},
		{" 12 ", comma, 12},
		{"-3", point, -3},
		{"−3", point, -3}, // the typographic minus
		{"+3,5", comma, 3.5},
		{"3,14", comma, 3.14},
		{"3,14", none, 3.14},
		{"3,14", point, bad},
		{"3.14", point, 3.14},
		{"3.14", comma, bad},
		{",5", comma, 0.5},
		{"5.", point, 5},
		{"1 234,56", comma, 1234.56},
		{"1\u00a0234,56", comma, 1234.56},
		{"1\u202f234\u202f567,8", comma, 1234567.8},
		{"1'234.5", point, 1234.5},
		{"1.234,56", comma, 1234.56},
		{"1.234,56", point, bad},
		{"1,234.56", point, 1234.56},
		{"1.234.567", comma, 1234567},
		{"1.234.567", point, bad},
		{"1,234", comma, 1.234},
		{"1,234", point, 1234},
		{"1,234", none, 1.234},
		{"1.234", none, 1.234},
		{"0,234", point, bad},
		{"12 %", comma, 12},
		{"1 200 €", comma, 1200},
		{"12,5cm", comma, 12.5},
		{"30 m²", comma, 30},
		{"1e3", point, 1000},
		{"1,5E-2", comma, 0.015},
		{"007", none, 7},
		{"12 34", comma, bad},
		{"1 2345", comma, bad},
		{"1 234 5,6", comma, bad},
		{"1,5 234", comma, bad},
		{"192.168.1.1", comma, bad},
		{"1,2,3", point, bad},
		{"12 B", comma, bad},
		{"12 rue", comma, bad},
		{"", none, bad},
		{".", none, bad},
		{"-", none, bad},
		{"%", none, bad},
		{"e5", none, bad},
		{"1e", none, bad},
		{"1e9999", none, bad},
		{"NaN", none, bad},
		{"Inf", none, bad},
		{"0x1F", none, bad},
		{"1_000", none, bad},
		{"--1", none, bad},
	} {
		got, ok := tabular.ParseNumber(c.cell, c.decimal)
		if ok == math.IsNaN(c.want) || ok && math.Abs(got-c.want) > 1e-12 {
			t.Errorf("ParseNumber(%q, %q) = %v, %v; want %v", c.cell, rune(c.decimal), got, ok, c.want)
		}
	}
}

func TestParseInt(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		cell string
		want int64
		ok   bool
	}{
		{"15", 15, true},
		{"-15", -15, true},
		{"15.0", 15, true},
		{"15,00", 15, true},
		{"1 234", 1234, true},
		{"007", 7, true},
		{"9223372036854775807", math.MaxInt64, true},
		{"9223372036854775808", 0, false},
		{"15.5", 0, false},
		{"1e3", 1000, true},
		{"quinze", 0, false},
		{"", 0, false},
	} {
		if got, ok := tabular.ParseInt(c.cell); got != c.want || ok != c.ok {
			t.Errorf("ParseInt(%q) = %d, %v; want %d, %v", c.cell, got, ok, c.want, c.ok)
		}
	}
}
