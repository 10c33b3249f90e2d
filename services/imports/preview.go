package imports

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"acvdata/services/db"
	"acvdata/tenants"
)

const (
	previewRows   = 100
	previewPoints = 5000
)

// Preview is what a check found, to show before anything is written.
type Preview struct {
	Columns []string       `json:"columns"` // target columns that the file feeds
	Rows    []PreviewRow   `json:"rows"`
	Extent  tenants.Bounds `json:"extent"` // of the positions of the rows kept; empty without any
	Groups  []Group        `json:"-"`
}

// PreviewRow is one of the first rows of the file.
type PreviewRow struct {
	Line     int       `json:"line"`
	Cells    []string  `json:"cells"` // one per Preview.Columns
	Verdict  Verdict   `json:"verdict"`
	Problems []Problem `json:"problems,omitempty"`
}

// point is one position of the preview's map.
type point struct {
	line     int
	lon, lat float64
	verdict  Verdict
	warned   bool
}

// sampler keeps the first rows and an even sample of the positions.
type sampler struct {
	columns []Column
	rows    []PreviewRow
	points  []point
	seen    int
	random  *rand.Rand
}

func newSampler(d Description, fields map[string]*field) *sampler {
	// A fixed seed: the same file shows the same points.
	return &sampler{columns: mappedColumns(d, fields), random: rand.New(rand.NewPCG(1, 2))} //nolint:gosec // a sample, not a secret
}

func (s *sampler) see(r *Record) {
	if len(s.rows) < previewRows {
		s.rows = append(s.rows, s.row(r))
	}
	if !r.position.Known {
		return
	}
	s.seen++
	p := point{line: r.line, lon: r.position.Lon, lat: r.position.Lat, verdict: Create, warned: len(r.problems) > 0}
	if r.rejected {
		p.verdict = Reject
	}
	if len(s.points) < previewPoints {
		s.points = append(s.points, p)
	} else if at := s.random.IntN(s.seen); at < previewPoints {
		s.points[at] = p
	}
}

func (s *sampler) row(r *Record) PreviewRow {
	row := PreviewRow{Line: r.line, Verdict: Create, Problems: r.problems}
	if r.rejected {
		row.Verdict = Reject
	}
	for _, c := range s.columns {
		row.Cells = append(row.Cells, excerpt(r.Text(c.Name)))
	}
	return row
}

// remark adds what Match found to the rows shown.
func (s *sampler) remark(p Problem) {
	for i := range s.rows {
		if s.rows[i].Line == p.Line {
			s.rows[i].Problems = append(s.rows[i].Problems, p)
		}
	}
}

// settle gives rows and points the verdicts of Match.
func (s *sampler) settle(ctx context.Context, tx *db.Tx) error {
	var lines []int
	for _, r := range s.rows {
		lines = append(lines, r.Line)
	}
	for _, p := range s.points {
		lines = append(lines, p.line)
	}
	rows, err := tx.Query(ctx, selectVerdicts, lines)
	if err != nil {
		return err
	}
	verdicts := map[int]Verdict{}
	var line int
	var verdict Verdict
	_, err = pgx.ForEachRow(rows, []any{&line, &verdict}, func() error {
		verdicts[line] = verdict
		return nil
	})
	for i := range s.rows {
		if v, staged := verdicts[s.rows[i].Line]; staged {
			s.rows[i].Verdict = v
		}
	}
	for i := range s.points {
		if v, staged := verdicts[s.points[i].line]; staged {
			s.points[i].verdict = v
		}
	}
	return err
}

// geoJSON writes the sampled positions for the preview's map.
func (s *sampler) geoJSON() ([]byte, error) {
	all := geojson.NewFeatureCollection()
	for _, p := range s.points {
		f := geojson.NewFeature(orb.Point{p.lon, p.lat})
		f.Properties = geojson.Properties{"line": p.line, "verdict": p.verdict, "warned": p.warned}
		all.Append(f)
	}
	return all.MarshalJSON()
}

const (
	upsertPreview = `
INSERT INTO imports.preview (tenant_id, import_id, rows, problems)
VALUES ($1, $2, $3, $4)
ON CONFLICT (tenant_id, import_id) DO UPDATE SET rows = excluded.rows, problems = excluded.problems`

	selectPreview = `SELECT rows, problems FROM imports.preview WHERE tenant_id = $1 AND import_id = $2`
)

// savePreview keeps what the check found.
func (store) savePreview(ctx context.Context, tx *db.Tx, id uuid.UUID, p Preview) error {
	groups, err := json.Marshal(p.Groups)
	if err != nil {
		return err
	}
	rows, err := json.Marshal(p)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, upsertPreview, tx.Tenant(), id, rows, groups)
	return err
}

// preview reads it back; nil when there was no check yet.
func (store) preview(ctx context.Context, tx *db.Tx, id uuid.UUID) (*Preview, error) {
	var rows, groups []byte
	err := tx.QueryRow(ctx, selectPreview, tx.Tenant(), id).Scan(&rows, &groups)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	p := &Preview{}
	if err := json.Unmarshal(groups, &p.Groups); err != nil {
		return nil, err
	}
	return p, json.Unmarshal(rows, p)
}

// extent is the box of the positions kept, or of all when none is.
func (s *sampler) extent() (box tenants.Bounds) {
	for _, wanted := range []bool{true, false} {
		var bound orb.MultiPoint
		for _, p := range s.points {
			if !wanted || p.verdict != Reject {
				bound = append(bound, orb.Point{p.lon, p.lat})
			}
		}
		if len(bound) > 0 {
			b := bound.Bound()
			return tenants.Bounds{West: b.Left(), South: b.Bottom(), East: b.Right(), North: b.Top()}
		}
	}
	return box
}

func (s *sampler) names() []string {
	names := make([]string, len(s.columns))
	for i, c := range s.columns {
		names[i] = c.Name
	}
	return names
}
