package db

import (
	"context"
	"log/slog"
	"time"
)

// Listener is told what is notified on a channel. Its methods are called one at
// a time and must return at once.
type Listener interface {
	// Connected: what is committed from now on will be heard.
	Connected()
	// Heard is one notification's payload.
	Heard(payload string)
	// Lost: notifications may be missed until Connected is called again.
	Lost()
}

// listenAgain is the pause before a lost listener comes back.
const listenAgain = time.Second

// Listen hears a channel until ctx ends, on a connection of its own, and comes
// back by itself when that connection is lost.
func (d *DB) Listen(ctx context.Context, channel string, l Listener) {
	for ctx.Err() == nil {
		err := d.hear(ctx, channel, l)
		l.Lost()
		if ctx.Err() != nil {
			return
		}
		slog.WarnContext(ctx, "listener lost its connection", "channel", channel, "error", err.Error())
		select {
		case <-ctx.Done():
		case <-time.After(listenAgain):
		}
	}
}

func (d *DB) hear(ctx context.Context, channel string, l Listener) error {
	conn, err := d.pool.Acquire(ctx)
	if err != nil {
		return err
	}
	// The connection has a LISTEN on it: it must not go back to the pool.
	raw := conn.Hijack()
	defer func() { _ = raw.Close(context.WithoutCancel(ctx)) }()
	if _, err := raw.Exec(ctx, "LISTEN "+channel); err != nil {
		return err
	}
	l.Connected()
	for {
		n, err := raw.WaitForNotification(ctx)
		if err != nil {
			return err
		}
		l.Heard(n.Payload)
	}
}
