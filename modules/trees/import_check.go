package trees

import (
	"math"
	"slices"
	"strconv"
	"time"

	"acvdata/modules/trees/taxa"
	"acvdata/services/geo/boundary"
	"acvdata/services/geo/crs"
	"acvdata/services/geo/qk"
	"acvdata/services/imports"
	"acvdata/tenants"
)

// checker checks the rows of one run.
type checker struct {
	run      imports.Run
	species  speciesResolver
	outline  *boundary.Boundary
	bounds   tenants.Bounds
	known    bool // the town has sites already: look for them
	now      time.Time
	measured any // the option, as a stage value
}

func newChecker(run imports.Run, s speciesResolver, outline *boundary.Boundary, known bool, now time.Time) *checker {
	c := &checker{run: run, species: s, outline: outline, bounds: run.Town.Bounds, known: known, now: now}
	if cm, err := strconv.Atoi(run.Options[optionMeasured]); err == nil {
		c.measured = int32(cm) //nolint:gosec // 130 or 150
	}
	return c
}

// Check implements imports.Checker.
func (c *checker) Check(rec *imports.Record) ([]any, error) {
	species := c.checkSpecies(rec)
	c.checkPlace(rec)
	if rec.Rejected() {
		return nil, nil
	}
	d := c.dates(rec)
	size := c.sizes(rec)
	values := make([]any, 0, stageWidth)
	values = append(values,
		text(rec, colMatricule, maxMatricule), imports.NullText(species.text), imports.NullText(species.code), c.status(rec, d),
		int32(species.taxon), d.birth,
		d.sure, d.yearOnly,
		d.planted, d.felled, d.surveyed,
		c.stage(rec), text(rec, colHabit, maxShortText), text(rec, colRooting, maxShortText), c.notes(rec),
		size.height, size.circumference, size.crown,
		size.measured, c.allergy(rec),
		imports.Null(rec.Bool(colRemarkable)))
	for _, name := range siteTexts {
		values = append(values, text(rec, name, siteTextLength(name)))
	}
	values = append(values, imports.Null(rec.Bool(colLit)), imports.Null(rec.Bool(colProtected)), c.accuracy(rec),
		c.near(rec.Position()), nil, nil, nil, nil)
	return values, nil
}

var stageWidth = len(stageColumns())

func siteTextLength(name string) int {
	if name == colDistrict {
		return maxDistrict
	}
	return maxAddress
}

func text(rec *imports.Record, column string, most int) any {
	return imports.NullText(cut(rec.Text(column), most))
}

func (c *checker) checkSpecies(rec *imports.Record) resolved {
	r := c.species.resolve(rec)
	switch {
	case r.reading == taxa.Several:
		rec.Reject(speciesColumn(rec), "trees.problem.several_trees", nil)
	case r.reading != taxa.NoValue && r.taxon == taxa.UnknownID:
		rec.Warn(speciesColumn(rec), "trees.problem.species_unknown", nil)
	}
	return r
}

// speciesColumn is the first species column that holds something.
func speciesColumn(rec *imports.Record) string {
	for _, name := range []string{colCode, colLatin, colGenus, colFrench} {
		if rec.Text(name) != "" {
			return name
		}
	}
	return colLatin
}

// nearTown is how far over its limits a town's trees may stand without a word,
// in metres.
const nearTown = 1000

// checkPlace says when a tree stands outside the town. Farther out the pipeline
// says so itself.
func (c *checker) checkPlace(rec *imports.Record) {
	p := rec.Position()
	at := tenants.Point{Lon: p.Lon, Lat: p.Lat}
	switch {
	case !p.Known || c.outline.Contains(at):
	case !crs.WithinFrance(at):
		rec.Reject("", "trees.problem.outside_france", nil)
	case c.bounds.Contains(at, crs.TownMargin) && c.outline.Distance(at) > nearTown:
		rec.Warn("", "trees.problem.outside_town", nil)
	}
}

func (c *checker) status(rec *imports.Record, d dates) any {
	written := rec.Text(colStatus)
	switch s, ok := ParseStatus(written); {
	case ok:
		return string(s)
	case written != "":
		rec.Warn(colStatus, "trees.problem.status_unknown", nil)
		return string(NoStatus)
	case d.felled != nil:
		return string(Felled)
	}
	return nil // standing when it is a new tree, as before when it is not
}

func (c *checker) stage(rec *imports.Record) any {
	written := rec.Text(colStage)
	if written == "" {
		return nil
	}
	s, ok := ParseStage(written)
	if !ok {
		rec.Warn(colStage, "trees.problem.stage_unknown", nil)
		return nil
	}
	return string(s)
}

// notes leaves out the words for "nothing to say".
func (c *checker) notes(rec *imports.Record) any {
	written := withoutOurs(rec.Text(colNotes))
	if _, reading := taxa.Split(written); reading == taxa.NoValue {
		return nil
	}
	return cut(written, maxNotes)
}

func (c *checker) allergy(rec *imports.Record) any {
	v, ok := rec.Integer(colAllergy)
	if !ok {
		return nil
	}
	if v < 0 || v > 5 {
		rec.Warn(colAllergy, "trees.problem.allergy_range", nil)
		return nil
	}
	return int32(v)
}

func (c *checker) accuracy(rec *imports.Record) any {
	v, ok := rec.Number(colAccuracy)
	return imports.Null(v, ok && v > 0 && v < 10000)
}

// samePlace is how far apart two records of one site may lie, in metres: what a
// change of coordinate system and rounding to the centimetre leave.
const samePlace = 0.05

// nearShift cuts codes to cells of zoom 23, some metres wide: small enough to
// hold few sites, large enough that nearly every place needs one cell only.
const nearShift = 2 * (qk.Zoom - 23)

// near lists the cells in which a site at the row's place may be.
func (c *checker) near(p imports.Position) any {
	if !c.known {
		return nil
	}
	const metresPerDegree = 111195 // of latitude, on a sphere
	dLat := samePlace / metresPerDegree
	dLon := dLat / math.Cos(p.Lat*math.Pi/180)
	cells := make([]int64, 0, 4)
	for _, corner := range [4][2]float64{{-dLon, -dLat}, {dLon, -dLat}, {-dLon, dLat}, {dLon, dLat}} {
		code, err := qk.Encode(p.Lon+corner[0], p.Lat+corner[1])
		if err != nil {
			continue
		}
		if cell := code >> nearShift; !slices.Contains(cells, cell) {
			cells = append(cells, cell)
		}
	}
	return cells
}
