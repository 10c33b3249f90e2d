package auth_test

import (
	"testing"

	"github.com/google/uuid"

	"acvdata/services/auth"
	"acvdata/services/authz"
	"acvdata/services/dbtest"
	"acvdata/services/localidp/idptest"
	"acvdata/tenants/directory"
)

// What sign-in adds to every request: by session (one platform transaction) and
// by token (one round trip).
func BenchmarkAuthenticate(b *testing.B) {
	d := dbtest.New(b)
	town := dbtest.Town(b, d, "ales")
	idp := idptest.Start(b, base+auth.CallbackPath, base+auth.SignOutPath, nil)
	s := auth.New(d, directory.New(d), auth.Settings{
		BaseURL: base, Issuer: idp.Issuer, ClientID: idptest.ClientID, ClientSecret: idptest.ClientSecret,
		Scopes: []string{"openid", "email"}, SignedUserinfo: true, Now: idp.Clock.Now,
	})
	ctx := authz.With(b.Context(), authz.Installation("bench"))
	if err := s.Promise(ctx, town.ID, auth.Invite{Email: theAgent, Powers: auth.Powers{Roles: []authz.Role{authz.Agent}}}); err != nil {
		b.Fatal(err)
	}
	departure, err := s.Begin(ctx, auth.Start{IP: address})
	if err != nil {
		b.Fatal(err)
	}
	arrival, err := s.Finish(ctx, callbackOf(idp.SignIn(b, departure.URL, theAgent), departure.Browser))
	if err != nil {
		b.Fatal(err)
	}
	token, _, err := s.CreateToken(ctx, town.ID, auth.NewToken{Name: "bench", Role: authz.Agent})
	if err != nil {
		b.Fatal(err)
	}
	for name, who := range map[string][2]string{"session": {arrival.Session, ""}, "token": {"", token}, "nobody": {}} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				actor, err := s.Authenticate(ctx, who[0], who[1], address)
				if err != nil || (actor.AccountID == uuid.Nil && name == "session") {
					b.Fatal(err)
				}
			}
		})
	}
}
