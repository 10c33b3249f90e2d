package db

import (
	"context"
	"errors"
	"net"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/gorm"

	"acvdata/services/fault"
)

const databaseAway = "fault.database_away"

// translate turns what PostgreSQL says into a fault that tells a person what to
// do; faults and unknown errors pass through. Constraint names reach the
// caller in Constraint.
func translate(err error) error {
	var f *fault.Fault
	switch {
	case err == nil:
		return nil
	case errors.As(err, &f):
		return err
	case errors.Is(err, pgx.ErrNoRows), errors.Is(err, gorm.ErrRecordNotFound):
		return fault.New(fault.NotFound, "fault.not_found", fault.Because(err))
	case errors.Is(err, context.Canceled):
		return err
	}
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return translateCode(pg, err)
	}
	var network net.Error
	var connect *pgconn.ConnectError
	if errors.As(err, &network) || errors.As(err, &connect) || pgconn.SafeToRetry(err) {
		return fault.New(fault.Unavailable, databaseAway, fault.Because(err))
	}
	return err
}

// translateCode reads the SQLSTATE (PostgreSQL documentation, appendix A).
func translateCode(pg *pgconn.PgError, err error) error {
	switch pg.Code {
	case "23505": // unique_violation
		return fault.New(fault.Conflict, "fault.already_exists", fault.Because(err))
	case "23503": // foreign_key_violation
		return fault.New(fault.Conflict, "fault.still_used", fault.Because(err))
	case "23514", "23502", "22P02", "22001", "22003": // check, not null, bad text, too long, out of range
		return fault.New(fault.Invalid, "fault.refused_value", fault.Because(err))
	case "40001", "40P01", "55P03": // serialization, deadlock, lock not available
		return fault.New(fault.Conflict, "fault.busy", fault.Because(err))
	case "57014": // query_canceled: statement_timeout
		return fault.New(fault.Unavailable, "fault.too_slow", fault.Because(err))
	case "53100": // disk_full
		return fault.New(fault.Unavailable, "fault.disk_full", fault.Because(err))
	case "57P01", "57P02", "57P03", "53300": // shutdown, crash, cannot connect now, too many connections
		return fault.New(fault.Unavailable, databaseAway, fault.Because(err))
	}
	return err
}

// Away reports whether err says that the database cannot be reached, which
// passes by itself: it restarts, or the network to it is down.
func Away(err error) bool {
	var f *fault.Fault
	return errors.As(err, &f) && f.Key == databaseAway
}

// Constraint returns the name of the constraint err violates, "" when none.
func Constraint(err error) string {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return pg.ConstraintName
	}
	return ""
}
