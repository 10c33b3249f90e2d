package httpd

import (
	"encoding/base64"
	"hash/fnv"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"acvdata/services/fault"
	"acvdata/services/i18n"
	"acvdata/services/module"
	"acvdata/web"
	"acvdata/web/components"
	"acvdata/web/layout"
)

// Render answers with a page or a fragment.
func Render(c *fiber.Ctx, status int, page templ.Component) error {
	c.Status(status).Set(fiber.HeaderContentType, "text/html; charset=utf-8")
	if err := page.Render(c.UserContext(), c.Response().BodyWriter()); err != nil {
		return err
	}
	return cachePolicy(c)
}

// cachePolicy lets browsers and proxies revalidate what is the same for
// everybody, and keep nothing of what is somebody's.
func cachePolicy(c *fiber.Ctx) error {
	scope := Scope(c)
	shared := scope.Actor.Nobody() && scope.Route.Audience != module.Workspace &&
		c.Response().StatusCode() == fiber.StatusOK && len(c.Response().Header.Peek(fiber.HeaderSetCookie)) == 0
	if !shared {
		c.Set(fiber.HeaderCacheControl, "private, no-store")
		return nil
	}
	if scope.Route.Framed { // other sites' readers are many, and get the same page
		c.Set(fiber.HeaderCacheControl, "public, max-age=300")
	} else {
		c.Set(fiber.HeaderCacheControl, "public, max-age=0, must-revalidate")
		c.Vary(fiber.HeaderCookie, "HX-Request")
	}
	sum := fnv.New64a()
	_, _ = sum.Write(c.Response().Body())
	_, _ = sum.Write([]byte(web.Assets().Hash()))
	return NotModified(c, `W/"`+strconv.FormatUint(sum.Sum64(), 36)+`"`)
}

// NotModified sets the ETag and empties the answer when the client has it.
func NotModified(c *fiber.Ctx, etag string) error {
	c.Set(fiber.HeaderETag, etag)
	if c.Method() != fiber.MethodGet && c.Method() != fiber.MethodHead {
		return nil
	}
	for candidate := range strings.SplitSeq(c.Get(fiber.HeaderIfNoneMatch), ",") {
		if strings.TrimSpace(candidate) == etag {
			c.Response().ResetBody()
			c.Status(fiber.StatusNotModified)
			return nil
		}
	}
	return nil
}

// failPage shows a fault inside the frame of where the person was, or as an
// alert when htmx asked for a fragment.
func (s *Server) failPage(c *fiber.Ctx, status int, f *fault.Fault) error {
	ctx := c.UserContext()
	c.Set(fiber.HeaderContentType, "text/html; charset=utf-8")
	c.Response().ResetBody()
	if isFragment(c) {
		alert := components.Alert(components.AlertProps{Tone: components.Danger, Message: Message(c, f), Live: true})
		return alert.Render(ctx, c.Response().BodyWriter())
	}
	if scope := Scope(c); scope.Route.Framed {
		page := layout.Framed{Title: i18n.T(ctx, "httpd.title."+string(f.Code)), Town: scope.Town}
		return layout.FramedError(page, Message(c, f)).Render(ctx, c.Response().BodyWriter())
	}
	view := layout.ErrorView{
		Status: status, Code: string(f.Code), RequestID: requestID(c),
		Title:   i18n.T(ctx, "httpd.title."+string(f.Code)),
		Message: Message(c, f),
	}
	view.Actions = waysOut(c, f)
	shell := Shell(c, view.Title)
	shell.Head.NoIndex = true
	if f.Code == fault.Unavailable && shell.User == nil {
		shell.Unsure = true
		if shell.Audience == layout.Workspace { // its navigation is not known either
			shell.Audience = layout.Public
		}
	}
	return layout.Error(shell, view).Render(ctx, c.Response().BodyWriter())
}

// waysOut are the actions of an error page; none leads home.
func waysOut(c *fiber.Ctx, f *fault.Fault) []layout.Action {
	ctx := c.UserContext()
	switch {
	case f.Code == fault.Unauthenticated:
		return []layout.Action{{
			Label: i18n.T(ctx, "httpd.action.sign_in"), Icon: "log-in",
			Href: "/connexion?retour=" + url.QueryEscape(backTo(c)),
		}}
	case f.Code == fault.Unavailable && c.Method() == fiber.MethodGet:
		return []layout.Action{{Label: i18n.T(ctx, "httpd.action.retry"), Icon: "refresh-cw", Href: c.OriginalURL()}}
	case f.Code == fault.Unavailable:
		return []layout.Action{{Label: i18n.T(ctx, "httpd.action.back"), Icon: "arrow-left", Href: backTo(c)}}
	}
	return nil
}

// backTo is the page a person comes back to after signing in again: the form's
// page for a form, since its own address answers only to POST.
func backTo(c *fiber.Ctx) string {
	if c.Method() == fiber.MethodGet {
		return c.OriginalURL()
	}
	if from, err := url.Parse(c.Get(fiber.HeaderReferer)); err == nil && strings.HasPrefix(from.Path, "/") {
		return from.RequestURI()
	}
	return "/"
}

const flashCookie = "acv_flash"

// Redirect answers a form: the next page shows what was done. key is a message
// key; the text itself never travels, so nobody can make a page say something.
func Redirect(c *fiber.Ctx, to string, tone components.Tone, key string) error {
	if key != "" {
		value := base64.RawURLEncoding.EncodeToString([]byte(string(tone) + " " + key))
		c.Cookie(&fiber.Cookie{
			Name: flashCookie, Value: value, Path: "/", MaxAge: 60, HTTPOnly: true,
			SameSite: "Lax", Secure: c.Secure(),
		})
	}
	if isFragment(c) {
		c.Set("HX-Location", to)
		return c.SendStatus(fiber.StatusOK)
	}
	return c.Redirect(to, fiber.StatusSeeOther)
}

func takeFlash(c *fiber.Ctx) *layout.Flash {
	value := c.Cookies(flashCookie)
	if value == "" || c.Method() != fiber.MethodGet {
		return nil
	}
	c.Cookie(&fiber.Cookie{Name: flashCookie, Path: "/", MaxAge: -1, HTTPOnly: true, SameSite: "Lax"})
	raw, err := base64.RawURLEncoding.DecodeString(value)
	if err != nil {
		return nil
	}
	tone, key, ok := strings.Cut(string(raw), " ")
	text, err := i18n.Lookup(c.UserContext(), key)
	if !ok || err != nil {
		return nil
	}
	return &layout.Flash{Kind: components.Tone(tone), Message: text}
}
