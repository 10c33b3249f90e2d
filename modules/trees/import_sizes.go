package trees

import (
	"time"

	"acvdata/services/imports"
)

// dates are the dates of a row, as stage values.
type dates struct {
	planted, felled, surveyed, birth any
	yearOnly, sure                   any
}

// oldestTree bounds years of birth: no dated tree of France is older.
const oldestTree = 2500

func (c *checker) dates(rec *imports.Record) dates {
	d := dates{felled: c.past(rec, colFelled)}
	survey := c.now.Year()
	if day, ok := rec.Date(colSurveyed); ok && !day.After(c.now) {
		d.surveyed, survey = day.Time, day.Year()
		d.sure = true
	}
	if day, ok := rec.Date(colPlanted); ok {
		if c.plausible(day.Time) {
			// The first of January stands for a year in towns' files.
			d.planted, d.yearOnly = day.Time, day.YearOnly || day.YearDay() == 1
			d.birth, d.sure = int32(day.Year()), true
			return d
		}
		rec.Warn(colPlanted, "trees.problem.planted_implausible", nil)
	}
	if age, ok := rec.Number(colAge); ok && age >= 0 && age <= oldestTree {
		d.birth = int32(survey) - int32(age)
		return d
	}
	d.sure = nil
	return d
}

// plausible reports whether a tree may have been planted then; next winter's
// plantings are already in some inventories.
func (c *checker) plausible(day time.Time) bool {
	return day.Year() > c.now.Year()-oldestTree && day.Before(c.now.AddDate(1, 0, 0))
}

func (c *checker) past(rec *imports.Record, column string) any {
	day, ok := rec.Date(column)
	if !ok {
		return nil
	}
	if day.After(c.now.AddDate(0, 0, 1)) {
		rec.Warn(column, "trees.problem.future_date", nil)
		return nil
	}
	return day.Time
}

// sizes are the measures of a row, as stage values.
type sizes struct{ height, circumference, crown, measured any }

func (c *checker) sizes(rec *imports.Record) sizes {
	var s sizes
	height, known := c.height(rec)
	s.height = imports.Null(height, known)
	if girth, ok := c.girth(rec); ok {
		s.circumference, s.measured = girth, c.measured
		if known {
			c.proportion(rec, girth, height)
		}
	}
	if crown, ok := rec.Number(colCrown); ok && crown > 0 {
		if crown <= maxCrownM {
			s.crown = crown
		} else {
			rec.Warn(colCrown, "trees.problem.crown_implausible", nil)
		}
	}
	return s
}

// height is the height in metres. Zero means "not measured" in towns' files.
// Where the unit was left to us, what no tree reaches in metres is centimetres.
func (c *checker) height(rec *imports.Record) (metres float64, ok bool) {
	v, ok := rec.Number(colHeight)
	if !ok || v <= 0 {
		return 0, false
	}
	unit := c.run.Options[optionHeight]
	if unit == choiceCm || unit == choiceAuto && v > maxHeightM {
		v /= 100
	}
	if v > maxHeightM {
		rec.Warn(colHeight, "trees.problem.height_implausible", nil)
		return 0, false
	}
	return v, true
}

// girth is the circumference in centimetres, from whichever column says it.
func (c *checker) girth(rec *imports.Record) (cm float64, ok bool) {
	diameter, hasDiameter := c.centimetres(rec, colDiameter)
	circumference, hasCircumference := c.centimetres(rec, colCircumference)
	trunk, hasTrunk := c.centimetres(rec, colTrunk)
	from := colCircumference
	switch {
	case hasCircumference:
		cm = circumference
		if hasDiameter && doubled(diameter, circumference) {
			rec.Warn(colDiameter, "trees.problem.diameter_doubled", nil)
		}
	case hasTrunk && Trunk(c.run.Options[optionTrunk]) == TrunkCircumference:
		cm, from = trunk, colTrunk
	case hasTrunk:
		cm, from = Circumference(trunk), colTrunk
	case hasDiameter:
		cm, from = Circumference(diameter), colDiameter
	default:
		return 0, false
	}
	if cm > maxCircumferenceCm {
		rec.Warn(from, "trees.problem.girth_implausible", nil)
		return 0, false
	}
	return cm, true
}

func (c *checker) centimetres(rec *imports.Record, column string) (cm float64, ok bool) {
	v, ok := rec.Number(column)
	if c.run.Options[optionTrunkUnit] == choiceM {
		v *= 100
	}
	return v, ok && v > 0
}

// doubled reports whether a diameter is twice what the circumference gives: a
// fault met in published files, which multiplies carbon by five.
func doubled(diameter, circumference float64) bool {
	ratio := diameter / Diameter(circumference)
	return ratio > 1.96 && ratio < 2.04
}

// proportion compares the trunk with the height: beyond these marks a unit or
// the meaning of the column is more likely wrong than the tree odd.
func (c *checker) proportion(rec *imports.Record, girth, height float64) {
	const thickest, thinnest, sapling = 18, 0.25, 3 // cm of diameter per metre of height; metres
	column := colCircumference
	if rec.Mapped(colTrunk) {
		column = colTrunk
	} else if !rec.Mapped(colCircumference) {
		column = colDiameter
	}
	switch ratio := Diameter(girth) / height; {
	case ratio > thickest:
		rec.Warn(column, "trees.problem.trunk_thick", nil)
	case ratio < thinnest && height > sapling:
		rec.Warn(column, "trees.problem.trunk_thin", nil)
	}
}
