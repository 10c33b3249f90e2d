package opendata_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"acvdata/services/datasets"
	"acvdata/services/db"
	"acvdata/tenants"
)

// bulky is a dataset of a long catalogue, as its row.
type bulky struct {
	ID            uuid.UUID `json:"id"`
	Source        string    `json:"source"`
	Title         string    `json:"title"`
	Summary       string    `json:"summary"`
	Licence       string    `json:"licence"`
	Producer      string    `json:"producer"`
	Email         string    `json:"email"`
	Address       string    `json:"address"`
	Frequency     string    `json:"frequency"`
	Themes        []string  `json:"themes"`
	Keywords      []string  `json:"keywords"`
	Start         *string   `json:"start"`
	Method        string    `json:"method"`
	Documentation string    `json:"documentation"`
	HighValue     string    `json:"high_value"`
	Latest        int       `json:"latest"`
}

// odd are texts that syntaxes and addresses stumble over.
var odd = []string{
	`Arbres & « fleurs » <des prés> "cités"`, "Œuvre d’art \\ barre oblique", "Ligne 1\nLigne 2\ttabulation", "Émojis 🌳🐝 et 𝕌nicode",
	"<p>HTML <b>gras</b> &amp; <script>alert(1)</script></p>", "\u200egauche à droite\u200f et \u00a0espaces\u202f!", "]]> fin de CDATA", "'; DROP TABLE --", "=1+1",
}

// bulk makes the row of the dataset of a number: themes, licences, frequencies,
// periods and high values all vary, and every text may be odd.
func bulk(n int) bulky {
	b := bulky{ID: uuid.New(), Source: plants(n).Describe().ID, Latest: 1 + n%9, Keywords: []string{}, Themes: []string{}}
	b.Licence = string(datasets.Licences()[n%2])
	if n%3 == 0 {
		b.Title, b.Summary = fmt.Sprintf("%s n° %d", odd[n%len(odd)], n), odd[(n+1)%len(odd)]
		b.Keywords = []string{odd[n%len(odd)], "été", fmt.Sprint("mot-", n)}
	}
	if n%11 == 0 {
		b.Summary = strings.Repeat("Une description très longue, avec des accents et des espaces. ", 300)
	}
	if n%4 == 0 {
		b.Producer, b.Email, b.Address = "Service "+odd[n%len(odd)], "nature@ales.example", "https://ales.example/contact?objet=données ouvertes"
	}
	if n%5 == 0 {
		day := "2019-03-01"
		b.Start, b.Method, b.Documentation = &day, odd[n%len(odd)], "https://ales.example/méthode/"+strconv.Itoa(n)
	}
	if n%2 == 0 {
		b.Frequency = string(datasets.Frequencies()[n/2%8])
		themes := datasets.Themes()
		b.Themes = []string{string(themes[n%len(themes)]), string(themes[(n+3)%len(themes)])}
	}
	if n%3 == 1 {
		b.HighValue = string(datasets.HighValues()[n%6])
	}
	return b
}

const (
	insertBulk = `
INSERT INTO datasets.dataset (tenant_id, id, source, state, title, summary, licence, producer, contact_email, contact_url,
  frequency, themes, keywords, temporal_start, method, documentation_url, high_value, latest, issued_at, modified_at)
SELECT $1, id, source, 'published', title, summary, licence, producer, email, address, frequency, themes, keywords, start,
  method, documentation, high_value, latest, now() - interval '30 days', now()
FROM jsonb_to_recordset($2) AS b (id uuid, source text, title text, summary text, licence text, producer text, email text,
  address text, frequency text, themes text[], keywords text[], start date, method text, documentation text, high_value text, latest integer)`

	insertBulkVersions = `
INSERT INTO datasets.version (tenant_id, dataset_id, number, state, rows, published_at)
SELECT $1, id, latest, 'published', 30, now() FROM jsonb_to_recordset($2) AS b (id uuid, latest integer)`

	insertBulkFiles = `
INSERT INTO datasets.file (tenant_id, dataset_id, number, format, key, size, sha256)
SELECT $1, id, number, format, id::text || format, size, decode(sum, 'hex')
FROM jsonb_to_recordset($2) AS b (id uuid, number integer, format text, size bigint, sum text)`
)

type bulkFile struct {
	ID     uuid.UUID `json:"id"`
	Number int       `json:"number"`
	Format string    `json:"format"`
	Size   int64     `json:"size"`
	Sum    string    `json:"sum"`
}

// publishBulk makes the datasets of the numbers published, with the records of
// their files but not the files: enough for a catalogue of a thousand.
func (r *rig) publishBulk(t testing.TB, town *tenants.Tenant, from, to int) {
	t.Helper()
	var rows []bulky
	var files []bulkFile
	for n := from; n < to; n++ {
		b := bulk(n)
		rows = append(rows, b)
		for _, f := range datasets.Formats(plants(n).Describe()) {
			sum := sha256.Sum256([]byte(b.Source + f.Name))
			files = append(files, bulkFile{b.ID, b.Latest, f.Name, int64(100 * n), hex.EncodeToString(sum[:])})
		}
	}
	must(t, r.DB.InTenant(r.Context, town.ID, func(ctx context.Context, tx *db.Tx) error {
		if err := bulkInsert(ctx, tx, town, insertBulk, rows); err != nil {
			return err
		}
		if err := bulkInsert(ctx, tx, town, insertBulkVersions, rows); err != nil {
			return err
		}
		return bulkInsert(ctx, tx, town, insertBulkFiles, files)
	}))
}

func bulkInsert(ctx context.Context, tx *db.Tx, town *tenants.Tenant, query string, value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, query, town.ID, string(text))
	return err
}

// aNewVersion publishes one more version of every dataset of the numbers.
func (r *rig) aNewVersion(t testing.TB, town *tenants.Tenant, at time.Time, slugs ...string) {
	t.Helper()
	must(t, r.DB.InTenant(r.Context, town.ID, func(ctx context.Context, tx *db.Tx) error {
		for _, slug := range slugs {
			_, err := tx.Exec(ctx, `
WITH d AS (SELECT id, latest FROM datasets.dataset WHERE tenant_id = $1 AND source = $2),
v AS (INSERT INTO datasets.version (tenant_id, dataset_id, number, state, published_at) SELECT $1, id, latest + 1, 'published', $3 FROM d),
f AS (INSERT INTO datasets.file (tenant_id, dataset_id, number, format, key, size, sha256)
  SELECT $1, d.id, d.latest + 1, f.format, f.key || 'b', f.size + 1, f.sha256
  FROM d JOIN datasets.file f ON f.tenant_id = $1 AND f.dataset_id = d.id AND f.number = d.latest)
UPDATE datasets.dataset SET latest = latest + 1, modified_at = $3 WHERE tenant_id = $1 AND source = $2`, town.ID, "grove/"+slug, at)
			if err != nil {
				return err
			}
		}
		return nil
	}))
}
