package apptest

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/jackc/pgx/v5"

	"acvdata/services/mail"
	"acvdata/services/module"
)

// post is the platform's mail without a server: messages stay in the queue.
type post struct{ *mail.Sender }

func (post) Manifest() module.Manifest {
	return module.Manifest{Code: "mail", Core: true, Title: "web.skip"}
}
func (post) Mount(module.Router) {}

// Post is a module that takes messages, for Mails to read.
func Post(t testing.TB) module.Module {
	t.Helper()
	sender, err := mail.Open("", "essai@acv.test")
	must(t, err)
	return post{sender}
}

// Mails gives the messages that are on their way, oldest first.
func (a *App) Mails() (list []mail.Message) {
	a.t.Helper()
	conn, err := pgx.Connect(a.t.Context(), a.AdminDB)
	must(a.t, err)
	defer func() { _ = conn.Close(context.Background()) }()
	rows, err := conn.Query(a.t.Context(), `SELECT coalesce(args->'args', args)::text FROM river.river_job WHERE kind = 'mail.send' ORDER BY id`)
	must(a.t, err)
	texts, err := pgx.CollectRows(rows, pgx.RowTo[string])
	must(a.t, err)
	for _, text := range texts {
		var m mail.Message
		must(a.t, json.Unmarshal([]byte(text), &m))
		list = append(list, m)
	}
	return list
}
