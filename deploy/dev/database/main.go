package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/jackc/pgx/v5"

	"acvdata/services/db/cluster"
)

const usage = `usage: database missing            packages to install, one line, empty when nothing is missing
       database start FOLDER       start a throwaway cluster for tests; prints its address
       database measure FOLDER     the same for benchmarks: it syncs to disk as production does
       database stop FOLDER        stop it`

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, explain(err))
		cancel()
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	switch {
	case len(args) == 1 && args[0] == "missing":
		return missing(ctx)
	case len(args) == 2 && args[0] == "start":
		return start(ctx, cluster.Options{Dir: args[1]})
	case len(args) == 2 && args[0] == "measure":
		return start(ctx, cluster.Options{Dir: args[1], Durable: true})
	case len(args) == 2 && args[0] == "stop":
		return cluster.Stop(ctx, args[1])
	default:
		return errors.New(usage)
	}
}

// explain gives both languages: whoever reads a terminal may read only one.
func explain(err error) string {
	if f, ok := errors.AsType[*cluster.Fault](err); ok {
		return f.French + "\n(" + f.Error() + ")"
	}
	return err.Error()
}

// missing prints the Debian packages without which no private cluster starts.
func missing(ctx context.Context) error {
	_, err := cluster.Find(ctx)
	fault, isFault := errors.AsType[*cluster.Fault](err)
	switch {
	case !isFault:
		return err
	case fault.Problem == cluster.NoPostGIS:
		fmt.Printf("postgresql-%d-postgis-3\n", fault.Major)
	default:
		fmt.Println("postgresql postgresql-postgis")
	}
	return nil
}

// start prints the address of a cluster for one run of the tests.
func start(ctx context.Context, opts cluster.Options) error {
	c, err := cluster.Start(ctx, opts)
	if err != nil {
		return err
	}
	if !c.Joined() {
		if err := sweep(ctx, c.URL()); err != nil {
			return err
		}
	}
	fmt.Println(c.URL())
	return nil
}

// keptTemplates is how many states of the migrations stay ready to clone: that
// of the branch at hand and of those one switches to.
const keptTemplates = 3

// sweep drops what killed test runs left and the templates nobody uses any
// more. Nothing else uses a cluster that was just started.
func sweep(ctx context.Context, url string) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	const stale = `
		SELECT datname FROM pg_database
		 WHERE datname ~ '^(t_[0-9a-f]{32}|template_[0-9a-f]{12}_draft)$'
		UNION ALL
		(SELECT datname FROM pg_database
		  WHERE datname ~ '^template_[0-9a-f]{12}$'
		  ORDER BY oid DESC OFFSET $1)`
	rows, err := conn.Query(ctx, stale, keptTemplates)
	if err != nil {
		return err
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	for _, name := range names {
		if _, err := conn.Exec(ctx, "DROP DATABASE "+pgx.Identifier{name}.Sanitize()+" WITH (FORCE)"); err != nil {
			return err
		}
	}
	return nil
}
