package auth_test

import (
	"context"
	"database/sql"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"acvdata/services/auth"
	"acvdata/services/auth/provider"
	"acvdata/services/authz"
	"acvdata/services/db"
	"acvdata/services/dbtest"
	"acvdata/services/fault"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/services/localidp/idptest"
	"acvdata/services/mail"
	"acvdata/tenants"
	"acvdata/tenants/directory"
	"acvdata/web"
)

const (
	base     = "http://acv.test"
	address  = "192.0.2.7"
	firefox  = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
	theAdmin = "admin@ales.demo"
	theAgent = "agent@ales.demo"
)

// stage is the service on a database of its own, with a provider of its own.
type stage struct {
	*auth.Service
	db            *db.DB
	idp           *idptest.Server
	towns         *directory.Directory
	ales, bayonne *tenants.Tenant
	letters       *letterBox
	localize      *i18n.Localizer
}

func start(t *testing.T, change func(*auth.Settings)) *stage {
	t.Helper()
	s := &stage{db: dbtest.New(t), letters: &letterBox{}}
	s.towns = directory.New(s.db)
	s.ales, s.bayonne = dbtest.Town(t, s.db, "ales"), dbtest.Town(t, s.db, "bayonne")
	s.db.Attach(s.letters)
	probe := auth.Settings{BaseURL: base}
	if change != nil {
		change(&probe)
	}
	s.idp = idptest.Start(t, probe.BaseURL+auth.CallbackPath, probe.BaseURL+auth.SignOutPath, nil)
	settings := auth.Settings{
		BaseURL: base, Issuer: s.idp.Issuer, ClientID: idptest.ClientID, ClientSecret: idptest.ClientSecret,
		Scopes: []string{"openid", "given_name", "usual_name", "email", "siret", "uid", "idp_id"}, SignedUserinfo: true,
		SessionIdle: 2 * time.Hour, SessionAbsolute: 12 * time.Hour, Timeout: 5 * time.Second, Now: s.idp.Clock.Now,
	}
	if change != nil {
		change(&settings)
	}
	s.Service = auth.New(s.db, s.towns, settings)
	bundle, err := i18n.NewBundle(web.Catalogue, httpd.Catalogue, authz.Catalogue, auth.NewPages(s.Service).Locales())
	require.NoError(t, err)
	s.localize = bundle.Localizer()
	return s
}

// letterBox keeps the messages that transactions asked for.
type letterBox struct {
	mu   sync.Mutex
	sent []mail.Message
}

func (l *letterBox) Enqueue(_ context.Context, _ *sql.Tx, _ tenants.ID, job db.Job) (int64, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sent = append(l.sent, job.(mail.Message))
	return int64(len(l.sent)), nil
}

// as gives a context in French that speaks as the actor.
func (s *stage) as(t *testing.T, actor authz.Actor) context.Context {
	t.Helper()
	return authz.With(i18n.With(t.Context(), s.localize), actor)
}

// operator is the installation's command line.
func (s *stage) operator(t *testing.T) context.Context {
	t.Helper()
	return s.as(t, authz.Installation("acvdata"))
}

// promise gives roles in a town to an e-mail, as a pack does.
func (s *stage) promise(t *testing.T, town *tenants.Tenant, email string, roles ...authz.Role) {
	t.Helper()
	require.NoError(t, s.Promise(s.operator(t), town.ID, auth.Invite{Email: email, Powers: auth.Powers{Roles: roles}}))
}

// trip is a browser on its way to the provider and back.
type trip struct {
	departure auth.Departure
	callback  auth.Callback
}

func (s *stage) travel(t *testing.T, email, returnTo string) trip {
	t.Helper()
	departure, err := s.Begin(t.Context(), auth.Start{ReturnTo: returnTo, IP: address})
	require.NoError(t, err)
	back := s.idp.SignIn(t, departure.URL, email)
	return trip{departure, callbackOf(back, departure.Browser)}
}

func callbackOf(back *url.URL, browser string) auth.Callback {
	q := back.Query()
	return auth.Callback{
		State:   q.Get("state"),
		Answer:  provider.Answer{Code: q.Get("code"), Issuer: q.Get("iss"), Error: q.Get("error"), Description: q.Get("error_description")},
		Browser: browser, IP: address, UserAgent: firefox,
	}
}

// signIn gives the session cookie of somebody who signs in.
func (s *stage) signIn(t *testing.T, email string) string {
	t.Helper()
	arrival, err := s.Finish(t.Context(), s.travel(t, email, "/").callback)
	require.NoError(t, err)
	return arrival.Session
}

// actor gives who a session cookie stands for.
func (s *stage) actor(t *testing.T, cookie string) authz.Actor {
	t.Helper()
	actor, err := s.Authenticate(t.Context(), cookie, "", address)
	require.NoError(t, err)
	return actor
}

func wantFault(t *testing.T, err error, code fault.Code, key string) {
	t.Helper()
	require.Error(t, err)
	require.Equal(t, code, fault.From(err).Code, err)
	require.Equal(t, key, fault.From(err).Key, err)
}

// meet runs n calls that must meet: held is locked until all of them wait for a
// lock, so that whatever order they then find, they found it at the same moment.
func (s *stage) meet(t *testing.T, n int, held string, call func(i int)) {
	t.Helper()
	var all sync.WaitGroup
	err := s.db.InPlatform(t.Context(), func(ctx context.Context, tx *db.PlatformTx) error {
		if _, err := tx.Exec(ctx, held); err != nil {
			return err
		}
		for i := range n {
			all.Go(func() { call(i) })
		}
		return s.waiting(ctx, n)
	})
	all.Wait()
	require.NoError(t, err)
}

// waiting returns once n transactions of this database wait for a lock.
func (s *stage) waiting(ctx context.Context, n int) error {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	const query = `
SELECT count(DISTINCT l.pid)
FROM pg_locks l JOIN pg_stat_activity a USING (pid)
WHERE NOT l.granted AND a.datname = current_database()`
	for {
		var found int
		if err := s.db.Pool().QueryRow(ctx, query).Scan(&found); err != nil || found >= n {
			return err
		}
	}
}
