package tenants

import "context"

type contextKey struct{}

// With returns a context that carries the town.
func With(ctx context.Context, t *Tenant) context.Context {
	return context.WithValue(ctx, contextKey{}, t)
}

// From returns the town of the context, nil on pages of the platform itself.
func From(ctx context.Context) *Tenant {
	t, _ := ctx.Value(contextKey{}).(*Tenant)
	return t
}
