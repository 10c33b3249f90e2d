package trees

import (
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"acvdata/modules/trees/taxa"
	"acvdata/services/datasets"
)

const selectPublished = `
SELECT t.number, s.lon, s.lat, t.taxon_id, t.surveyed_on, t.planted_on, t.matricule, t.stage, t.height_m, t.circumference_cm,
  t.crown_m, t.measured_at_cm, t.allergy, t.remarkable, s.protected, s.lit, s.address, s.soil, s.foot, t.rooting, t.habit,
  s.ground_constraints, s.aerial_constraints, s.watering, s.position_source, t.species_text, s.accuracy_m, t.qk`

const fromPublished = `
FROM trees.tree t
JOIN trees.site s ON s.tenant_id = t.tenant_id AND s.id = t.site_id
WHERE `

func (p *published) scan(row pgx.Row) error {
	return row.Scan(&p.number, &p.lon, &p.lat, &p.taxon, &p.surveyed, &p.planted, &p.matricule, &p.stage, &p.height, &p.girth,
		&p.crown, &p.measuredAt, &p.allergy, &p.remarkable, &p.protected, &p.lit, &p.address, &p.soil, &p.foot, &p.rooting, &p.habit,
		&p.ground, &p.aerial, &p.watering, &p.positionSource, &p.speciesText, &p.accuracy, &p.qk)
}

// Bounds of the schema; a value beyond them would make the file invalid.
const (
	mostHeightCm = 15_000
	mostTrunkCm  = 3_000
	mostCrownM   = 100
)

// row gives the values in the order of schemaFields.
func (p *published) row() datasets.Row {
	t := p.register.Taxon(p.taxon)
	values := []any{
		p.number, p.lon, p.lat, orNil(p.surveyed), t.Family, t.Genus, t.Epithet, t.Variety, vernacular(t), p.insee, nil,
		p.address, orNil(p.matricule), orNil(p.planted), schemaStages[p.stage],
		bounded(times(p.height, 100), mostHeightCm), bounded(p.diameter(), mostTrunkCm), bounded(p.girth, mostTrunkCm),
		bounded(p.crown, mostCrownM), p.soil, p.foot, p.rooting, p.habit, p.remarkable, orNil(p.protected), orNil(p.lit),
		p.ground, p.aerial, p.watering, orNil(p.allergy), p.remark(t),
	}
	copy(p.values, values)
	id := strconv.FormatInt(p.number, 10)
	row := datasets.Row{ID: id, Values: p.values, Lon: p.lon, Lat: p.lat, Located: true, Cursor: id}
	if p.byPlace {
		row.Cursor = datasets.Place{Code: p.qk, Key: id}.String()
	}
	return row
}

func (p *published) diameter() *float64 {
	if p.girth == nil {
		return nil
	}
	d := Diameter(*p.girth)
	return &d
}

// remark says what the schema has no column for: at which height the trunk was
// measured (the schema means 1.50 m), how the place is known, the town's own
// name of a species nobody resolved. The file is in French whoever asks.
func (p *published) remark(t taxa.Taxon) any {
	var parts []string
	if p.girth != nil && p.measuredAt != nil && *p.measuredAt != 150 {
		parts = append(parts, remarkMeasured+metres(float64(*p.measuredAt)/100))
	}
	if p.positionSource != "" {
		parts = append(parts, remarkPosition+p.positionSource)
	}
	if p.accuracy != nil {
		parts = append(parts, remarkAccuracy+metres(*p.accuracy))
	}
	if t.ID == taxa.UnknownID && p.speciesText != "" {
		parts = append(parts, remarkSpeciesText+p.speciesText)
	}
	if len(parts) == 0 {
		return nil
	}
	return strings.Join(parts, remarkSeparator)
}

// The parts of a published remark; a file that comes back says nothing new by
// them.
const (
	remarkSeparator   = " ; "
	remarkMeasured    = "tronc mesuré à "
	remarkPosition    = "position : "
	remarkAccuracy    = "précision : "
	remarkSpeciesText = "essence notée : "
)

// withoutOurs takes out of a note what remark puts there.
func withoutOurs(note string) string {
	parts := strings.Split(note, remarkSeparator)
	parts = slices.DeleteFunc(parts, func(part string) bool {
		return slices.ContainsFunc([]string{remarkMeasured, remarkPosition, remarkAccuracy, remarkSpeciesText},
			func(prefix string) bool { return strings.HasPrefix(part, prefix) })
	})
	return strings.Join(parts, remarkSeparator)
}

func metres(v float64) string {
	return strings.Replace(strconv.FormatFloat(v, 'f', -1, 64), ".", ",", 1) + " m"
}

// schemaStages are what the schema's readers expect to find.
var schemaStages = map[Stage]string{Young: "Jeune", SemiMature: "Jeune adulte", Adult: "Adulte", Old: "Mature", Senescent: "Sénescent"}

func vernacular(t taxa.Taxon) string {
	if t.ID == taxa.UnknownID {
		return ""
	}
	return t.French
}

func bounded(v *float64, most float64) any {
	if v == nil || *v < 0 || *v > most {
		return nil
	}
	return float64(int64(*v*10+0.5)) / 10
}

func times(v *float64, factor float64) *float64 {
	if v == nil {
		return nil
	}
	x := *v * factor
	return &x
}

// orNil is the value, or nil for what is missing.
func orNil[T any](v *T) any {
	if v == nil {
		return nil
	}
	return *v
}
