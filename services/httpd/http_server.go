package httpd

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"acvdata/services/authz"
	"acvdata/services/i18n"
	"acvdata/services/module"
	"acvdata/services/obs"
	"acvdata/tenants"
)

// Towns finds the town of an address.
type Towns interface {
	BySlug(ctx context.Context, slug string) (*tenants.Tenant, error)
	ByHost(ctx context.Context, host string) (*tenants.Tenant, error)
	ByID(ctx context.Context, id tenants.ID) (*tenants.Tenant, error)
}

// Authenticator says who sends a request. Nobody is not an error; a revoked or
// expired token is.
type Authenticator interface {
	CookieName() string
	Authenticate(ctx context.Context, cookie, bearer, ip string) (authz.Actor, error)
}

// Options of the server.
type Options struct {
	BaseURL        string
	TrustedProxies []string
	RequestTimeout time.Duration
	MaxForm        int64    // largest body of an ordinary form, bytes; 0 means 1 MiB
	FormTargets    []string // origins a form may lead to: the OpenID provider
	BaseMap        BaseMap
	Ready          func(context.Context) error
}

// Server answers requests.
type Server struct {
	app      *fiber.App
	registry *module.Registry
	towns    Towns
	auth     Authenticator
	metrics  *obs.Metrics
	localize *i18n.Localizer
	options  Options
	baseHost string
	uploads  *limiter
	closing  context.Context //nolint:containedctx // ends open streams at stop
	close    context.CancelFunc
}

// New builds the application; it does not listen yet.
func New(r *module.Registry, towns Towns, auth Authenticator, metrics *obs.Metrics, l *i18n.Localizer, o Options) (*Server, error) {
	base, err := url.Parse(o.BaseURL)
	if err != nil || base.Host == "" {
		return nil, fmt.Errorf("base URL %q: an absolute address is needed", o.BaseURL)
	}
	if o.MaxForm == 0 {
		o.MaxForm = 1 << 20
	}
	if o.RequestTimeout == 0 {
		o.RequestTimeout = 30 * time.Second
	}
	s := &Server{
		registry: r, towns: towns, auth: auth, metrics: metrics, localize: l, options: o,
		baseHost: base.Hostname(), uploads: newLimiter(30, time.Minute),
	}
	s.closing, s.close = context.WithCancel(context.Background())
	s.app = fiber.New(s.fiberConfig())
	s.around()
	s.own()
	s.mount()
	s.app.Use(s.nowhere)
	return s, nil
}

// fiberConfig sets on purpose what Fiber's defaults get wrong for us: values
// that outlive the handler, proxies believed blindly, bodies read to memory.
func (s *Server) fiberConfig() fiber.Config {
	return fiber.Config{
		Immutable:                    true,
		CaseSensitive:                true,
		StrictRouting:                true,
		UnescapePath:                 true,
		DisableStartupMessage:        true,
		StreamRequestBody:            true,
		DisablePreParseMultipartForm: true,
		ReduceMemoryUsage:            false,
		BodyLimit:                    4 << 20,
		ReadBufferSize:               16 << 10,
		WriteBufferSize:              8 << 10,          // more than the 4 KB that a stream is cut into: one write each
		ReadTimeout:                  10 * time.Minute, // a slow phone uploading; forms are bounded by size
		IdleTimeout:                  time.Minute,
		EnableTrustedProxyCheck:      true,
		TrustedProxies:               s.options.TrustedProxies,
		ProxyHeader:                  fiber.HeaderXForwardedFor,
		ErrorHandler:                 s.fail,
	}
}

// mount registers the modules' routes: the platform's first, so that no town
// can be named like one of them.
func (s *Server) mount() {
	for _, audience := range []module.Audience{module.Platform, module.API, module.Workspace, module.Public} {
		for _, route := range s.registry.Routes() {
			if route.Audience == audience {
				s.add(route)
			}
		}
	}
}

func (s *Server) add(route module.Route) {
	handlers := []fiber.Handler{s.enter(route)}
	if route.Stream {
		handlers = append(handlers, s.limitUploads)
	} else {
		handlers = append(handlers, s.readForm)
	}
	handlers = append(handlers, route.Handler)
	if route.Method == fiber.MethodGet {
		s.app.Head(route.Pattern(), handlers...)
	}
	s.app.Add(route.Method, route.Pattern(), handlers...)
}

// App gives the Fiber application to tests and to the listener.
func (s *Server) App() *fiber.App { return s.app }

// Listen serves until Stop.
func (s *Server) Listen(address string) error { return s.app.Listen(address) }

// Stop ends open streams, lets running requests finish and closes.
func (s *Server) Stop(ctx context.Context) error {
	s.close()
	return s.app.ShutdownWithContext(ctx)
}

// ownHost reports whether the request came in on the platform's own name.
func (s *Server) ownHost(c *fiber.Ctx) bool {
	host := hostname(c)
	return host == s.baseHost || host == "localhost" || host == "127.0.0.1"
}

func hostname(c *fiber.Ctx) string {
	host := strings.ToLower(c.Hostname())
	if i := strings.LastIndexByte(host, ':'); i > 0 {
		host = host[:i]
	}
	return host
}
