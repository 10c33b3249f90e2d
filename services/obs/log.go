package obs

import (
	"context"
	"io"
	"log/slog"
	"strings"
)

type attrsKey struct{}

// With adds identifiers to every line logged with the context: request, tenant,
// account, job. Never a name, an address or what somebody typed.
func With(ctx context.Context, attrs ...slog.Attr) context.Context {
	known, _ := ctx.Value(attrsKey{}).([]slog.Attr)
	all := append(append([]slog.Attr{}, known...), attrs...)
	return context.WithValue(ctx, attrsKey{}, all)
}

// NewLogger writes JSON lines (or text for a terminal) at the level named.
func NewLogger(w io.Writer, level, format string) *slog.Logger {
	var l slog.Level
	if err := l.UnmarshalText([]byte(strings.ToUpper(level))); err != nil {
		l = slog.LevelInfo
	}
	options := &slog.HandlerOptions{Level: l}
	var h slog.Handler = slog.NewJSONHandler(w, options)
	if format == "text" {
		h = slog.NewTextHandler(w, options)
	}
	return slog.New(contextHandler{h})
}

// contextHandler adds the context's identifiers to each record.
type contextHandler struct{ slog.Handler }

func (h contextHandler) Handle(ctx context.Context, r slog.Record) error {
	if attrs, ok := ctx.Value(attrsKey{}).([]slog.Attr); ok {
		r.AddAttrs(attrs...)
	}
	return h.Handler.Handle(ctx, r)
}

func (h contextHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return contextHandler{h.Handler.WithAttrs(attrs)}
}

func (h contextHandler) WithGroup(name string) slog.Handler {
	return contextHandler{h.Handler.WithGroup(name)}
}
