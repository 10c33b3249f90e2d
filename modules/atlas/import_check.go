package atlas

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"acvdata/services/authz"
	"acvdata/services/geo/boundary"
	"acvdata/services/geo/crs"
	"acvdata/services/imports"
	"acvdata/tenants"
)

// Longest texts kept, in characters.
const (
	maxName    = 200
	maxShort   = 120
	maxComment = 2000
)

// mostCounted is the largest count of individuals believed.
const mostCounted = 100_000_000

// checker checks the rows of one run.
type checker struct {
	outline *boundary.Boundary
	today   time.Time
	seen    map[string]int // rows without identifier that say the same
	reach   authz.Reach
}

// Check implements imports.Checker.
func (c *checker) Check(rec *imports.Record) ([]any, error) {
	if gone, _ := rec.Bool(colDeleted); gone {
		rec.Reject(colDeleted, "atlas.problem.deleted", nil)
	}
	c.place(rec)
	cited := c.text(rec, colCited, maxName)
	source := c.source(rec)
	from, to := c.dates(rec)
	if rec.Rejected() {
		return nil, nil
	}
	name, rank := c.name(rec, cited)
	at := rec.Position()
	key, former, id := c.identify(rec, cited, source, from)
	low, high := counts(rec)
	return []any{
		key, former, id, cited, fold(name), rank, c.cdNom(rec),
		word(rec, colStatus, presences, true), from, to,
		c.accuracy(rec), c.outline.Contains(tenants.Point{Lon: at.Lon, Lat: at.Lat}),
		low, high, altitude(rec, colAltitudeMin), altitude(rec, colAltitudeMax),
		c.text(rec, colObserver, maxName), c.text(rec, colBody, maxShort), c.text(rec, colManager, maxShort),
		source, word(rec, colSource, sourceStatuses, "NSP"), word(rec, colOrigin, publicOrigins, "NSP"),
		word(rec, colBasis, bases, "HumanObservation"),
		c.text(rec, colMethod, maxShort), c.text(rec, colStage, maxShort), c.text(rec, colSex, maxShort), c.text(rec, colLocality, maxName),
		c.text(rec, colInsee, 5), c.text(rec, colComment, maxComment), word(rec, colValidation, validations, "waiting"), level(rec),
		rec.Text(colGeneralised) != "", nil, nil,
	}, nil
}

// source is the dataset the row comes from. A partner's file brings the
// partner's own only; with a single one the file need not name it.
func (c *checker) source(rec *imports.Record) string {
	source := c.text(rec, colDataset, maxName)
	if own := c.reach.Sources(); source == "" && len(own) == 1 {
		source = own[0]
	}
	if !c.reach.Covers(source) {
		rec.Reject(colDataset, keyForeign, nil)
	}
	return source
}

// place refuses what is not in France; around the town the pipeline says so.
func (c *checker) place(rec *imports.Record) {
	if code := rec.Text(colCountry); code != "" && !countryCode.MatchString(code) {
		rec.Warn(colCountry, "atlas.problem.country_code", nil)
	}
	p := rec.Position()
	if p.Known && !crs.WithinFrance(tenants.Point{Lon: p.Lon, Lat: p.Lat}) {
		rec.Reject("", "atlas.problem.outside_france", nil)
	}
}

var countryCode = regexp.MustCompile(`^[A-Za-z]{2}$`)

// text reads a text, mends what was encoded twice, turns written-out line ends
// into real ones, and says so.
func (c *checker) text(rec *imports.Record, column string, most int) string {
	s := rec.Text(column)
	if mended, ok := mend(s); ok {
		rec.Warn(column, "atlas.problem.encoded_twice", map[string]any{"Text": cut(mended, maxShort)})
		s = mended
	}
	if strings.Contains(s, `\n`) {
		rec.Warn(column, "atlas.problem.line_ends", nil)
		s = strings.TrimSpace(strings.ReplaceAll(strings.ReplaceAll(s, `\r`, ""), `\n`, "\n"))
	}
	return cut(s, most)
}

var isoInterval = regexp.MustCompile(`^(\d{4}-\d{2}-\d{2})(?:T[^/]*)?/(\d{4}-\d{2}-\d{2})(?:T.*)?$`)

// oldest is the first year a record may have, the bound of GBIF's checks.
const oldest = 1600

// dates reads the first and the last day; an ISO interval gives both. The last
// is the first where the file says no more.
func (c *checker) dates(rec *imports.Record) (from, to time.Time) {
	if m := isoInterval.FindStringSubmatch(rec.Text(colFrom)); m != nil {
		first, err := time.Parse(time.DateOnly, m[1])
		last, errLast := time.Parse(time.DateOnly, m[2])
		if err == nil && errLast == nil {
			return c.period(rec, first, last)
		}
	}
	first, ok := rec.Date(colFrom)
	if !ok {
		if rec.Text(colFrom) != "" {
			rec.Reject(colFrom, "atlas.problem.date", nil)
		}
		return from, to
	}
	last := first.Time
	if first.YearOnly {
		last = first.AddDate(1, 0, -1)
	}
	if end, ok := rec.Date(colTo); ok {
		last = end.Time
		if end.YearOnly {
			last = end.AddDate(1, 0, -1)
		}
	}
	return c.period(rec, first.Time, last)
}

func (c *checker) period(rec *imports.Record, first, last time.Time) (from, to time.Time) {
	switch {
	case last.Before(first):
		rec.Reject(colTo, "atlas.problem.dates_reversed", nil)
	case first.After(c.today):
		rec.Reject(colFrom, "atlas.problem.future", nil)
	case endsLater(first, last, c.today):
		column := colFrom // an interval
		if rec.Mapped(colTo) {
			column = colTo
		}
		rec.Reject(column, "atlas.problem.future_end", nil)
	case first.Year() < oldest:
		rec.Reject(colFrom, "atlas.problem.too_old", nil)
	}
	return first, last
}

// name gives the name to look for and its rank, and says what is unusual in it.
func (c *checker) name(rec *imports.Record, cited string) (name, rank string) {
	name, informal := plainName(cited)
	rank = guessRank(fold(name))
	switch {
	case informal:
		rec.Warn(colCited, "atlas.problem.informal_name", nil)
	case rank == rankGenus && rec.Text(colCdNom) == "":
		rec.Warn(colCited, "atlas.problem.one_word", nil)
	}
	return name, rank
}

func (c *checker) cdNom(rec *imports.Record) any {
	n, ok := rec.Integer(colCdNom)
	if !ok || n <= 0 || n > 1<<30 {
		return nil
	}
	return int32(n)
}

var bareNumber = regexp.MustCompile(`^\d+$`)

// identify names the row for the next file of the same source, and gives the
// permanent identifier where it has one. Without an identifier, what the row
// says identifies it: the n-th same row is the n-th record. former is the key an
// earlier version gave it where that differs, else nil.
func (c *checker) identify(rec *imports.Record, cited, source string, from time.Time) (key string, former, id any) {
	if bareNumber.MatchString(rec.Text(colID)) {
		rec.Warn(colID, "atlas.problem.bare_number", nil)
	}
	if written := cmp.Or(rec.Text(colID), rec.Text(colLocalID)); written != "" {
		if parsed, err := uuid.Parse(written); err == nil {
			return "sinp:" + parsed.String(), nil, [16]byte(parsed)
		}
		key = sourceKey(source, written)
		if was := "id:" + cut(fold(rec.Text(colDataset))+":"+written, maxName); was != key {
			former = was
		}
		return key, former, nil
	}
	p := rec.Position()
	said := fmt.Sprintf("%s|%s|%.6f|%.6f|%s|%s|%s", fold(cited), from.Format(time.DateOnly), p.Lon, p.Lat,
		fold(rec.Text(colObserver)), fold(rec.Text(colStage)), fold(rec.Text(colSex)))
	sum := sha256.Sum256([]byte(said))
	said = hex.EncodeToString(sum[:16])
	c.seen[said]++
	return fmt.Sprintf("row:%s:%d", said, c.seen[said]), nil, nil
}

// sourceKey is unique to an identifier of a source, however long their names are.
func sourceKey(source, written string) string {
	named := fold(source) + ":" + written
	if utf8.RuneCountInString(named) <= maxName {
		return "id:" + named
	}
	sum := sha256.Sum256([]byte(named))
	return "id#" + hex.EncodeToString(sum[:])
}

// degreesRounding is how many metres a position is off at most when its degrees
// have three decimals (camtraptor, after Chapman and Wieczorek 2020).
const degreesRounding = 157.0

// accuracy is what the file says, else what rounded degrees allow.
func (c *checker) accuracy(rec *imports.Record) any {
	if v, ok := rec.Number(colAccuracy); ok {
		if v > 0 && v < 1e6 {
			return v
		}
		if v != 0 {
			rec.Warn(colAccuracy, "atlas.problem.accuracy", nil)
		}
	}
	if p := rec.Position(); rounded(p.Lon) && rounded(p.Lat) {
		rec.Warn("", "atlas.problem.rounded", map[string]any{"Metres": int(degreesRounding)})
		return degreesRounding
	}
	return nil
}

func rounded(v float64) bool { return math.Abs(v*1000-math.Round(v*1000)) < 1e-6 }

func counts(rec *imports.Record) (low, high any) {
	n, hasLow := rec.Integer(colCountMin)
	m, hasHigh := rec.Integer(colCountMax)
	if hasLow && (n < 0 || n > mostCounted) || hasHigh && (m < 0 || m > mostCounted) || hasLow && hasHigh && m < n {
		rec.Warn(colCountMin, "atlas.problem.count", nil)
		return nil, nil
	}
	if hasLow {
		low = int32(n)
	}
	if hasHigh {
		high = int32(m)
	}
	return low, high
}

// altitude is within what French soil reaches, under water included.
func altitude(rec *imports.Record, column string) any {
	v, ok := rec.Number(column)
	if !ok || v < -5000 || v > 5000 {
		return nil
	}
	return int32(v)
}

// word reads a word of a closed list; an unknown one is said and left out.
func word[T any](rec *imports.Record, column string, list map[string]T, otherwise T) T {
	written := rec.Text(column)
	if written == "" {
		return otherwise
	}
	value, ok := known(list, written)
	if !ok {
		rec.Warn(column, "atlas.problem.word", nil)
		return otherwise
	}
	return value
}

// level reads the sensitivity. One nobody understands hides the record's place
// until somebody looks: precaution.
func level(rec *imports.Record) int16 {
	written := rec.Text(colSensitivity)
	if written == "" {
		return int16(Precise)
	}
	l, ok := parseLevel(written)
	if !ok {
		rec.Warn(colSensitivity, "atlas.problem.sensitivity", nil)
		return int16(Department)
	}
	return int16(l)
}
