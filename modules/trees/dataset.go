package trees

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"acvdata/modules/trees/taxa"
	"acvdata/services/datasets"
	"acvdata/services/db"
	"acvdata/services/fault"
)

// dataset is the inventory as open data, in the form of the national schema
// "Arbres urbains" 0.3.1 (NaturalSolutions/schema-arbre, schema.data.gouv.fr,
// 2023-02-23): standing trees, all 31 columns, sizes in centimetres. Free notes
// stay at home: they may name people.
type dataset struct{ service *Service }

var _ datasets.Source = dataset{}

// Datasets implements datasets.Provider.
func (m *Module) Datasets() []datasets.Source { return []datasets.Source{dataset{m.service}} }

// fieldDef is a column of the schema and the SQL of its equality, %s being the
// value.
type fieldDef struct {
	name     string
	kind     datasets.FieldType
	unit     string
	required bool
	equal    string
}

// ofTaxon is the equality of a column of the register.
func ofTaxon(column string) string {
	return "t.taxon_id = ANY(ARRAY(SELECT x.id FROM trees.taxon x WHERE x." + column + " = %s))"
}

var schemaFields = []fieldDef{
	{name: "id", kind: datasets.Integer, required: true},
	{name: "longitude", kind: datasets.Number, required: true},
	{name: "latitude", kind: datasets.Number, required: true},
	{name: "date_releve", kind: datasets.Date},
	{name: "famille", kind: datasets.Text, equal: ofTaxon("family")},
	{name: "genre", kind: datasets.Text, equal: ofTaxon("genus")},
	{name: "espece", kind: datasets.Text, equal: ofTaxon("epithet")},
	{name: "cultivar_variete", kind: datasets.Text, equal: ofTaxon("variety")},
	{name: "nom_vernaculaire", kind: datasets.Text, equal: ofTaxon("french")},
	{name: "code_insee", kind: datasets.Text},
	{name: "code_postal", kind: datasets.Text},
	{name: "adresse", kind: datasets.Text},
	{name: "matricule", kind: datasets.Text, equal: "t.matricule = %s"},
	{name: "date_plantation", kind: datasets.Date},
	{name: "stade_developpement", kind: datasets.Text},
	{name: "hauteur", kind: datasets.Number, unit: "cm"},
	{name: "diametre", kind: datasets.Number, unit: "cm"},
	{name: "circonference", kind: datasets.Number, unit: "cm"},
	{name: "diametre_couronne", kind: datasets.Number, unit: "m"},
	{name: "type_sol", kind: datasets.Text},
	{name: "description_pied_arbre", kind: datasets.Text},
	{name: "type_enracinement", kind: datasets.Text},
	{name: "port_arbre", kind: datasets.Text},
	{name: "remarquable", kind: datasets.Boolean, equal: "t.remarkable::text = %s"},
	{name: "protege", kind: datasets.Boolean},
	{name: "eclairage", kind: datasets.Boolean},
	{name: "contraintes_sol", kind: datasets.Text},
	{name: "contrainte_aeriennes", kind: datasets.Text},
	{name: "arrosage", kind: datasets.Text},
	{name: "allergie", kind: datasets.Integer},
	{name: "remarque", kind: datasets.Text},
}

// Describe implements datasets.Source.
func (dataset) Describe() datasets.Description {
	fields := make([]datasets.Field, len(schemaFields))
	for i, f := range schemaFields {
		fields[i] = datasets.Field{
			Name: f.name, Label: "trees.field." + f.name, Type: f.kind, Unit: f.unit, Required: f.required, Queryable: f.equal != "",
		}
	}
	return datasets.Description{
		ID: Code + "/inventory", Slug: LayerID, Title: "trees.dataset.title", Summary: "trees.dataset.summary",
		Theme: datasets.ThemeTrees, Keywords: []string{"trees.keyword.tree", "trees.keyword.heritage", "trees.keyword.nature", "trees.keyword.inventory"},
		Frequency: datasets.Yearly,
		Schema: datasets.Schema{
			Name: "NaturalSolutions/schema-arbre", Version: "0.3.1",
			URL: "https://schema.data.gouv.fr/schemas/NaturalSolutions/schema-arbre/0.3.1/schema.json",
		},
		Fields: fields, Key: []string{"id"}, Geometry: datasets.Point, DateField: "date_plantation", Permission: PermissionRead, Page: LayerID,
		Filters: slices.DeleteFunc(filterParams(), func(p string) bool { return p == paramBox || p == paramStatus }),
	}
}

// conditions turns a filter of the catalogue into one over trees that stand.
func (d dataset) conditions(ctx context.Context, tx *db.Tx, f datasets.Filter) (*conditions, *taxa.Register, error) {
	register, err := d.service.registerOn(ctx, tx)
	if err != nil {
		return nil, nil, err
	}
	selection, err := ParseFilter(f.Query, register)
	if err != nil {
		return nil, nil, err
	}
	if err := d.service.understand(ctx, tx.Tenant(), &selection, register); err != nil {
		return nil, nil, err
	}
	selection.Status, selection.Box = "", nil
	c := newConditions(tx.Tenant())
	c.add("t.status IN ('standing', 'unknown')")
	if err := c.selected(selection, register); err != nil {
		return nil, nil, err
	}
	for _, field := range schemaFields {
		if value, asked := f.Equal[field.name]; asked && field.equal != "" {
			c.add(field.equal, value)
		}
	}
	if !f.From.IsZero() {
		c.add("t.planted_on >= %s", f.From)
	}
	if !f.To.IsZero() {
		c.add("t.planted_on <= %s", f.To)
	}
	if b := f.BBox; b != nil {
		c.add("s.lon BETWEEN %s AND %s AND s.lat BETWEEN %s AND %s", b.West, b.East, b.South, b.North)
		f.After = "" // a place (Filter.Walk)
	}
	return c, register, c.numbered(f)
}

// numbered adds the conditions on the tree's number.
func (c *conditions) numbered(f datasets.Filter) error {
	if f.ID != "" {
		number, err := strconv.ParseInt(f.ID, 10, 64)
		if err != nil {
			return fault.New(fault.NotFound, "fault.not_found", fault.Because(err))
		}
		c.add("t.number = %s", number)
	}
	if f.After == "" {
		return nil
	}
	return c.behind("t.number > %s", f.After)
}

// behind adds a condition that ends in a tree's number.
func (c *conditions) behind(format, number string, args ...any) error {
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return datasets.BadCursor(err)
	}
	c.add(format, append(args, n)...)
	return nil
}

// along narrows to a stretch of the way through a box.
func (c *conditions) along(s datasets.Stretch) (*conditions, error) {
	part := &conditions{parts: slices.Clone(c.parts), args: slices.Clone(c.args)}
	part.add("t.qk >= %s AND t.qk < %s", s.Lo, s.Hi)
	if s.Behind == nil {
		return part, nil
	}
	return part, part.behind("(t.qk, t.number) > (%s, %s)", s.Behind.Key, s.Behind.Code)
}

// Rows implements datasets.Source: by number, those of a box by place.
func (d dataset) Rows(ctx context.Context, tx *db.Tx, f datasets.Filter, yield func(datasets.Row) error) error {
	c, register, err := d.conditions(ctx, tx, f)
	if err != nil {
		return err
	}
	town, err := insee(ctx, tx)
	if err != nil {
		return err
	}
	out := &published{insee: town, register: register, byPlace: f.BBox != nil, values: make([]any, len(schemaFields))}
	if f.BBox == nil {
		_, err := out.read(ctx, tx, c, "t.number", f.Limit, yield)
		return err
	}
	return f.Walk(func(s datasets.Stretch, limit int) (int, error) {
		part, err := c.along(s)
		if err != nil {
			return 0, err
		}
		return out.read(ctx, tx, part, "t.qk, t.number", limit, yield)
	})
}

// read gives the trees of conditions in an order, at most limit of them (0: all),
// and tells how many.
func (p *published) read(ctx context.Context, tx *db.Tx, c *conditions, order string, limit int, yield func(datasets.Row) error) (n int, err error) {
	query := selectPublished + fromPublished + c.String() + "\nORDER BY " + order
	if limit > 0 {
		query += "\nLIMIT " + strconv.Itoa(limit)
	}
	rows, err := tx.Query(ctx, query, c.args...)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	for rows.Next() {
		if err := p.scan(rows); err != nil {
			return n, err
		}
		n++
		if err := yield(p.row()); err != nil {
			return n, err
		}
	}
	return n, rows.Err()
}

// Count implements datasets.Source. In a box it stops at the limit.
func (d dataset) Count(ctx context.Context, tx *db.Tx, f datasets.Filter) (n int64, err error) {
	f.After = ""
	c, _, err := d.conditions(ctx, tx, f)
	if err != nil {
		return 0, err
	}
	if f.BBox == nil {
		err = tx.QueryRow(ctx, "SELECT count(*) FROM trees.tree t WHERE "+c.String(), c.args...).Scan(&n)
		return n, err
	}
	err = f.Walk(func(s datasets.Stretch, limit int) (int, error) {
		part, err := c.along(s)
		if err != nil {
			return 0, err
		}
		query := "SELECT 1" + fromPublished + part.String()
		if limit > 0 {
			query += "\nLIMIT " + strconv.Itoa(limit)
		}
		var some int
		err = tx.QueryRow(ctx, "SELECT count(*) FROM ("+query+") counted", part.args...).Scan(&some)
		n += int64(some)
		return some, err
	})
	return n, err
}

// Changed implements datasets.Source.
func (dataset) Changed(ctx context.Context, tx *db.Tx) (f datasets.Freshness, err error) {
	rows, err := tx.Query(ctx, `SELECT version, changed_at FROM trees.inventory WHERE tenant_id = $1`, tx.Tenant())
	if err != nil {
		return f, err
	}
	_, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (struct{}, error) {
		return struct{}{}, row.Scan(&f.Version, &f.At)
	})
	return f, err
}

// insee reads the town's own code: every row carries it.
func insee(ctx context.Context, tx *db.Tx) (code string, err error) {
	err = tx.QueryRow(ctx, `SELECT insee FROM platform.tenant WHERE id = $1`, tx.Tenant()).Scan(&code)
	return code, err
}

// published is a tree on its way out.
type published struct {
	insee    string
	register *taxa.Register
	byPlace  bool // its cursor is a place
	values   []any

	number, qk                  int64
	lon, lat                    float64
	taxon                       int
	surveyed, planted           *time.Time
	matricule                   *string
	stage                       Stage
	height, girth, crown        *float64
	measuredAt, allergy         *int
	remarkable                  bool
	protected, lit              *bool
	address, soil, foot         string
	rooting, habit              string
	ground, aerial, watering    string
	positionSource, speciesText string
	accuracy                    *float64
}
