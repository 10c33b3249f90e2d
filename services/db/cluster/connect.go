package cluster

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// Connect opens a server by its address and makes sure the platform can run on
// it. It fails with Unreachable, TooOld or NoPostGIS. The caller closes the
// connection.
func Connect(ctx context.Context, url string) (*pgx.Conn, error) {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return nil, unreachable(err)
	}
	const query = `
SELECT current_setting('server_version_num')::int / 10000,
       EXISTS (SELECT FROM pg_available_extensions WHERE name = 'postgis')`
	var major int
	var postgis bool
	if err = conn.QueryRow(ctx, query).Scan(&major, &postgis); err == nil {
		err = suits(major, postgis)
	}
	if err != nil {
		_ = conn.Close(context.WithoutCancel(ctx))
		return nil, err
	}
	return conn, nil
}

func suits(major int, postgis bool) error {
	switch {
	case major < MinMajor:
		return tooOld(major)
	case !postgis:
		return extensionMissing(major)
	}
	return nil
}
