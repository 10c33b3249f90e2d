package auth

import (
	"embed"
	"io/fs"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"acvdata/services/auth/provider"
	"acvdata/services/auth/views"
	"acvdata/services/authz"
	"acvdata/services/fault"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/services/module"
	"acvdata/web/layout"
)

//go:embed locales
var locales embed.FS

// Pages are sign-in, sign-out, invitations and the account, as a module.
type Pages struct{ service *Service }

var (
	_ module.Module       = (*Pages)(nil)
	_ module.Localized    = (*Pages)(nil)
	_ httpd.Authenticator = (*Service)(nil)
)

// NewPages makes the pages of a service.
func NewPages(s *Service) *Pages { return &Pages{service: s} }

// Manifest says that sign-in is part of the platform.
func (p *Pages) Manifest() module.Manifest {
	return module.Manifest{Code: "auth", Core: true, Title: "auth.title", Summary: "auth.summary", Icon: "log-in"}
}

// Locales holds locales/fr.yaml.
func (p *Pages) Locales() fs.FS { return locales }

// Mount registers the pages. They belong to no town: one callback, one account
// for all of them.
func (p *Pages) Mount(r module.Router) {
	r.Platform.Get("/connexion", authz.Public(), p.signIn)
	r.Platform.Post("/connexion", authz.Public(), p.depart)
	r.Platform.Get(CallbackPath, authz.Public(), p.callback)
	r.Platform.Get(SignOutPath, authz.Public(), p.goodbye)
	r.Platform.Post(SignOutPath, authz.Public(), p.signOut)
	r.Platform.Get("/invitation/:token", authz.Public(), p.invitation)
	r.Platform.Post("/invitation/:token", authz.SignedIn(), p.accept)
	r.Platform.Get("/compte", authz.SignedIn(), p.account)
	r.Platform.Post("/compte/sessions/fin", authz.SignedIn(), p.endOthers)
	r.Platform.Post("/compte/sessions/:session/fin", authz.SignedIn(), p.endOne)
}

// FormTargets are the origins, besides our own, that our forms lead to: browsers
// apply form-action to the redirect that follows a form.
func (s *Service) FormTargets() []string {
	u, err := url.Parse(s.settings.Issuer)
	if err != nil || u.Host == "" {
		return nil
	}
	return []string{u.Scheme + "://" + u.Host}
}

func (p *Pages) shell(c *fiber.Ctx, title string) layout.Shell {
	shell := httpd.Shell(c, i18n.T(c.UserContext(), title))
	shell.Head.NoIndex = true
	shell.Path = "" // signing in from here comes back to the account, not to here
	return shell
}

// signIn shows the one button. Towns with a host name of their own send people to
// the platform's, where the session cookie and the callback live.
func (p *Pages) signIn(c *fiber.Ctx) error {
	back := ReturnPath(c.Query("retour"))
	if !p.home(c) && c.Query("hote") == "" { // once: a proxy may hide the name from us
		return c.Redirect(p.service.settings.BaseURL+"/connexion?hote=1&retour="+url.QueryEscape(back), fiber.StatusSeeOther)
	}
	if httpd.Scope(c).SignedIn() {
		return c.Redirect(p.landing(c, httpd.Scope(c).Actor, back), fiber.StatusSeeOther)
	}
	return p.showSignIn(c, fiber.StatusOK, back, "")
}

// home reports whether the request came in under the platform's own name.
func (p *Pages) home(c *fiber.Ctx) bool {
	_, host, _ := strings.Cut(p.service.settings.BaseURL, "://")
	return strings.EqualFold(c.Hostname(), host)
}

func (p *Pages) showSignIn(c *fiber.Ctx, status int, back, problem string) error {
	return httpd.Render(c, status, views.SignIn(p.shell(c, "auth.sign_in.title"), views.SignInView{
		Provider: p.service.settings.ProviderName, ReturnTo: back, Problem: problem, Known: p.service.settings.ProviderName == proConnect,
	}))
}

// proConnect has a page of its own that explains it.
const proConnect = "ProConnect"

func (p *Pages) depart(c *fiber.Ctx) error {
	back := ReturnPath(c.FormValue("retour"))
	departure, err := p.service.Begin(c.UserContext(), Start{
		ReturnTo: back, Browser: c.Cookies(p.service.attemptCookie()), IP: c.IP(), Hint: provider.NormalEmail(c.FormValue("adresse")),
	})
	if err != nil {
		return p.failed(c, err, back)
	}
	p.setCookie(c, p.service.attemptCookie(), departure.Browser, int(attemptLife.Seconds()))
	return p.leave(c, departure.URL)
}

// failed shows the sign-in page again with what happened and what to do.
func (p *Pages) failed(c *fiber.Ctx, err error, back string) error {
	f := fault.From(err)
	if f.Code == fault.Internal {
		return err
	}
	if f.Code == fault.Unavailable {
		c.Set(fiber.HeaderRetryAfter, "30")
	}
	return p.showSignIn(c, httpd.Status(f), back, httpd.Message(c, f))
}

func (p *Pages) leave(c *fiber.Ctx, to string) error {
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.Redirect(to, fiber.StatusSeeOther)
}

func (p *Pages) callback(c *fiber.Ctx) error {
	arrival, err := p.service.Finish(c.UserContext(), Callback{
		State: c.Query("state"),
		Answer: provider.Answer{
			Code: c.Query("code"), Issuer: c.Query("iss"), Error: c.Query("error"), Description: c.Query("error_description"),
		},
		Browser: c.Cookies(p.service.attemptCookie()), Session: c.Cookies(p.service.CookieName()),
		UserAgent: c.Get(fiber.HeaderUserAgent), IP: c.IP(),
	})
	if err != nil {
		if httpd.Scope(c).SignedIn() && fault.From(err).Key == "auth.fault.unknown_attempt" {
			return p.leave(c, "/compte") // the back button, after signing in
		}
		return p.failed(c, err, ReturnPath(arrival.ReturnTo))
	}
	actor, err := p.service.Authenticate(c.UserContext(), arrival.Session, "", c.IP())
	if err != nil {
		return err
	}
	p.setCookie(c, p.service.CookieName(), arrival.Session, int(p.service.settings.SessionAbsolute.Seconds()))
	return p.leave(c, p.landing(c, actor, arrival.ReturnTo))
}

// landing is where somebody goes who asked for no page: to their only workspace,
// else to the account, which lists them.
func (p *Pages) landing(c *fiber.Ctx, actor authz.Actor, back string) string {
	if back != "/" {
		return back
	}
	if len(actor.Towns) == 1 && len(actor.Platform) == 0 {
		for id := range actor.Towns {
			if town, err := p.service.towns.ByID(c.UserContext(), id); err == nil {
				return town.Path("espace/")
			}
		}
	}
	return "/compte"
}

// setCookie writes a cookie of this host only; a negative age deletes it.
func (p *Pages) setCookie(c *fiber.Ctx, name, value string, age int) {
	c.Cookie(&fiber.Cookie{
		Name: name, Value: value, Path: "/", MaxAge: age, HTTPOnly: true, SameSite: fiber.CookieSameSiteLaxMode, Secure: p.service.secure(),
	})
}

// goodbye asks before signing out, and is where the provider sends people after.
func (p *Pages) goodbye(c *fiber.Ctx) error {
	view := views.SignOutView{Provider: p.service.settings.ProviderName, Name: httpd.Scope(c).Actor.Name, SignedIn: httpd.Scope(c).SignedIn()}
	title := "auth.sign_out.done_title"
	if view.SignedIn {
		title = "auth.sign_out.title"
	}
	return httpd.Render(c, fiber.StatusOK, views.SignOut(p.shell(c, title), view))
}

// signOut ends the session here first: nothing the provider does afterwards may
// keep it open.
func (p *Pages) signOut(c *fiber.Ctx) error {
	address, err := p.service.SignOut(c.UserContext(), c.Cookies(p.service.CookieName()))
	if err != nil {
		return err
	}
	p.setCookie(c, p.service.CookieName(), "", -1)
	if address == "" {
		address = SignOutPath
	}
	return p.leave(c, address)
}
