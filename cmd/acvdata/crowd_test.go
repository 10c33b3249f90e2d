package main

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"net/url"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"acvdata/migrations"
	"acvdata/services/db/cluster"
	"acvdata/services/dbtest"
	"acvdata/services/geo/qk"
)

// The crowd: what one installation may hold. Trees stand along invented
// streets, so that tiles are as unevenly filled as real ones.
const (
	crowdTowns   = 250
	crowdPerTown = 20_000
	crowdBigTown = 500_000
	crowdStreets = 400
	crowdVersion = 2 // of its contents: another one is another database
)

// crowdTown is one town of the crowd; ids and places follow from its rank.
type crowdTown struct {
	id       uuid.UUID
	slug     string
	lon, lat float64
	trees    int
}

func crowd() []crowdTown {
	chance := rand.New(rand.NewPCG(7, 7))
	towns := make([]crowdTown, 0, crowdTowns+1)
	for i := range crowdTowns + 1 {
		var id uuid.UUID
		id[0], id[6], id[8], id[14], id[15] = byte(i%256), 0x70, 0x80, byte(i/256), byte(i%256)
		t := crowdTown{
			id: id, slug: fmt.Sprintf("foule-%03d", i), trees: crowdPerTown,
			lon: -1 + 7*chance.Float64(), lat: 43 + 7*chance.Float64(),
		}
		if i == 0 {
			t.trees = crowdBigTown
		}
		if i > 0 && i <= 10 { // neighbours of the big town share its tiles
			t.lon, t.lat = towns[0].lon+0.01*float64(i), towns[0].lat
		}
		towns = append(towns, t)
	}
	return towns
}

type crowdTree struct {
	lon, lat float64
	qk       int64
	address  string
}

// streetName gives every tenth street the name of a tree, as towns do.
func streetName(n int) string {
	if n%10 == 0 {
		return fmt.Sprintf("%d allée des Tilleuls", n)
	}
	return fmt.Sprintf("%d rue de la Foule", n)
}

// plant places a town's trees along its streets within about 3 km, sorted by qk
// as imports sort them.
func (t crowdTown) plant() []crowdTree {
	chance := rand.New(rand.NewPCG(uint64(t.trees), uint64(t.id[0])<<8|uint64(t.id[15])))
	list := make([]crowdTree, 0, t.trees)
	for street := 0; len(list) < t.trees; street++ {
		x, y := t.lon+0.06*(chance.Float64()-0.5), t.lat+0.06*(chance.Float64()-0.5)
		angle := 2 * math.Pi * chance.Float64()
		for i := range max(t.trees/crowdStreets, 1) {
			step := 0.00008 * float64(i%120)
			tree := crowdTree{lon: x + step*math.Cos(angle) + 1e-5*float64(i/120), lat: y + step*math.Sin(angle), address: streetName(street)}
			tree.qk, _ = qk.Encode(tree.lon, tree.lat)
			list = append(list, tree)
		}
	}
	list = list[:t.trees]
	slices.SortFunc(list, func(a, b crowdTree) int { return int(max(-1, min(1, a.qk-b.qk))) })
	return list
}

// crowdDatabase returns the administrator's URL of the crowd's database, which
// is built once per state of the schema and kept for the next run.
func crowdDatabase(b *testing.B) string {
	b.Helper()
	server := benchServer(b)
	hash, err := migrations.Hash()
	if err != nil {
		b.Fatal(err)
	}
	name := fmt.Sprintf("crowd_%s_%d", hash, crowdVersion)
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = conn.Close(ctx) }()
	var exists bool
	if err := conn.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)`, name).Scan(&exists); err != nil {
		b.Fatal(err)
	}
	if exists {
		return withDatabase(b, server, name)
	}
	start := time.Now()
	for _, s := range []string{"DROP DATABASE IF EXISTS crowd_draft WITH (FORCE)", "CREATE DATABASE crowd_draft"} {
		if _, err := conn.Exec(ctx, s); err != nil {
			b.Fatal(err)
		}
	}
	buildCrowd(b, withDatabase(b, server, "crowd_draft"))
	if _, err := conn.Exec(ctx, "ALTER DATABASE crowd_draft RENAME TO "+name); err != nil {
		b.Fatal(err)
	}
	b.Logf("crowd of %d towns built in %s", crowdTowns+1, time.Since(start).Round(time.Second))
	return withDatabase(b, server, name)
}

func benchServer(b *testing.B) string {
	b.Helper()
	if u := os.Getenv("ACV_TEST_DATABASE_URL"); u != "" {
		return u
	}
	c, err := cluster.Start(b.Context(), cluster.Options{Dir: dbtest.Dir() + "-bench", Durable: true})
	if err != nil {
		b.Fatal(err)
	}
	return c.URL()
}

func withDatabase(b *testing.B, server, name string) string {
	b.Helper()
	u, err := url.Parse(server)
	if err != nil {
		b.Fatal(err)
	}
	u.Path = "/" + name
	return u.String()
}

// buildCrowd migrates and fills. Triggers, keys and indexes wait until the rows
// are in; the result is what one by one inserts would have given.
func buildCrowd(b *testing.B, admin string) {
	b.Helper()
	ctx := context.Background()
	if err := migrations.Up(ctx, admin); err != nil {
		b.Fatal(err)
	}
	conn, err := pgx.Connect(ctx, admin)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = conn.Close(ctx) }()
	exec := func(statement string) {
		if _, err := conn.Exec(ctx, statement); err != nil {
			b.Fatalf("%s: %v", statement, err)
		}
	}
	exec(`SET session_replication_role = replica`)
	exec(`SET maintenance_work_mem = '1GB'`)
	restore := dropIndexes(b, conn)
	number := int64(0)
	for _, town := range crowd() {
		insertTown(b, conn, town)
		copyTrees(b, conn, town, &number)
	}
	for _, statement := range restore {
		exec(statement)
	}
	exec(tallyCrowd)
	exec(baselineTable)
	exec(`CREATE INDEX ON public.baseline_tree USING gist (geom)`)
	exec(`VACUUM ANALYZE`)
}

// dropIndexes drops the secondary indexes of the two big tables and returns the
// statements that make them again.
func dropIndexes(b *testing.B, conn *pgx.Conn) []string {
	b.Helper()
	rows, err := conn.Query(context.Background(), `
SELECT indexdef, 'DROP INDEX trees.' || indexname
FROM pg_indexes
WHERE schemaname = 'trees' AND tablename IN ('site', 'tree') AND indexname LIKE '%\_ix'`)
	if err != nil {
		b.Fatal(err)
	}
	type pair struct{ Make, Drop string }
	pairs, err := pgx.CollectRows(rows, pgx.RowToStructByPos[pair])
	if err != nil {
		b.Fatal(err)
	}
	restore := make([]string, len(pairs))
	for i, p := range pairs {
		restore[i] = p.Make
		if _, err := conn.Exec(context.Background(), p.Drop); err != nil {
			b.Fatal(err)
		}
	}
	return restore
}

func insertTown(b *testing.B, conn *pgx.Conn, t crowdTown) {
	b.Helper()
	const statement = `
INSERT INTO platform.tenant (id, slug, name, insee, center_lon, center_lat, bounds, boundary, modules)
VALUES ($1, $2, $2, '30007', $3, $4, $5, '{"type":"Polygon","coordinates":[]}', '{"trees":{"on":true},"opendata":{"on":true}}')`
	bounds := []float64{t.lon - 0.05, t.lat - 0.05, t.lon + 0.05, t.lat + 0.05}
	if _, err := conn.Exec(context.Background(), statement, t.id, t.slug, t.lon, t.lat, bounds); err != nil {
		b.Fatal(err)
	}
}

func copyTrees(b *testing.B, conn *pgx.Conn, town crowdTown, number *int64) {
	b.Helper()
	list := town.plant()
	ids := make([]uuid.UUID, len(list))
	for i := range ids {
		*number++
		ids[i] = sequential(*number)
	}
	copyInto(b, conn, "site", []string{"tenant_id", "id", "lon", "lat", "qk", "address"}, len(list), func(i int) []any {
		return []any{town.id, ids[i], list[i].lon, list[i].lat, list[i].qk, list[i].address}
	})
	columns := []string{"tenant_id", "id", "number", "site_id", "qk", "status", "taxon_id", "height_m", "circumference_cm", "birth_year"}
	copyInto(b, conn, "tree", columns, len(list), func(i int) []any {
		return []any{
			town.id, ids[i], int64(i + 1), ids[i], list[i].qk, "standing", int32(i % 40), 3 + float64(i%22),
			10 + float64(i*7%260), int32(1930 + i*13%95),
		}
	})
}

func copyInto(b *testing.B, conn *pgx.Conn, table string, columns []string, n int, row func(int) []any) {
	b.Helper()
	source := pgx.CopyFromSlice(n, func(i int) ([]any, error) { return row(i), nil })
	if _, err := conn.CopyFrom(context.Background(), pgx.Identifier{"trees", table}, columns, source); err != nil {
		b.Fatal(err)
	}
}

// sequential gives identifiers that grow like version 7 ones do.
func sequential(n int64) (id uuid.UUID) {
	for i := range 8 {
		id[15-i] = byte(n >> (8 * i))
	}
	id[6], id[8] = 0x70, 0x80
	id[0], id[1], id[2] = id[9], id[10], id[11]
	return id
}

// tallyCrowd counts what the triggers would have counted.
const tallyCrowd = `
INSERT INTO trees.address (tenant_id, address, folded, n)
SELECT tenant_id, address, lower(public.unaccent(address)), count(*) FROM trees.site GROUP BY 1, 2;
INSERT INTO trees.inventory (tenant_id, next_number)
SELECT tenant_id, max(number) + 1 FROM trees.tree GROUP BY 1;
INSERT INTO trees.tally (tenant_id, status, taxon_id, species_text, stage, district, remarkable, diameter_class, n)
SELECT tenant_id, status, taxon_id, species_text, stage, district, remarkable, diameter_class, count(*)
FROM trees.tree GROUP BY 1, 2, 3, 4, 5, 6, 7, 8;
INSERT INTO trees.tally_age (tenant_id, status, birth_year, n)
SELECT tenant_id, status, coalesce(birth_year, 0), count(*) FROM trees.tree GROUP BY 1, 2, 3`

// baselineTable is what a generic tile server would read: the same trees with a
// geometry, in the order people entered them, which is no order on a map, and no
// row-level security.
const baselineTable = `
CREATE TABLE public.baseline_tree AS
SELECT t.tenant_id, t.number AS id, t.status, x.genus, t.diameter_class,
       ST_Transform(ST_SetSRID(ST_MakePoint(s.lon, s.lat), 4326), 3857) AS geom
FROM trees.tree t
JOIN trees.site s ON s.tenant_id = t.tenant_id AND s.id = t.site_id
JOIN trees.taxon x ON x.id = t.taxon_id
ORDER BY t.tenant_id, md5(t.id::text)`
