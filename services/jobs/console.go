package jobs

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"riverqueue.com/riverui"
)

// ConsolePath is where the console lives on the private address.
const ConsolePath = "/jobs"

// Console is River's own job console. It has no sign-in and shows the jobs of
// all towns: serve it on the private address only.
func (s *Service) Console(ctx context.Context) (http.Handler, error) {
	client, err := river.NewClient(riverpgxv5.New(s.db.Pool()), &river.Config{
		Schema: Schema, Logger: slog.Default(), SkipUnknownJobCheck: true,
	})
	if err != nil {
		return nil, fmt.Errorf("open the job console: %w", err)
	}
	handler, err := riverui.NewHandler(&riverui.HandlerOpts{
		Endpoints:                riverui.NewEndpoints(client, nil),
		JobListHideArgsByDefault: true,
		Logger:                   slog.Default(),
		Prefix:                   ConsolePath,
	})
	if err != nil {
		return nil, fmt.Errorf("open the job console: %w", err)
	}
	return handler, handler.Start(ctx)
}
