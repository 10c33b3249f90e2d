package db

import (
	"context"
	"log/slog"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/logger"
)

// gormConfig turns off what surprises: implicit transactions, prepared
// statements of its own (pgx already caches them) and values in the log.
func gormConfig() *gorm.Config {
	return &gorm.Config{
		SkipDefaultTransaction: true,
		TranslateError:         true,
		Logger: logger.NewSlogLogger(slog.Default(), logger.Config{
			SlowThreshold:             500 * time.Millisecond,
			LogLevel:                  logger.Warn,
			IgnoreRecordNotFoundError: true,
			ParameterizedQueries:      true,
		}),
	}
}

// gormOn gives a GORM handle that runs on the transaction.
func (d *DB) gormOn(ctx context.Context, pool gorm.ConnPool) *gorm.DB {
	g := d.gorm.Session(&gorm.Session{NewDB: true, Context: ctx})
	g.Statement.ConnPool = pool
	return g
}
