package embeds

import (
	"context"
	"net/url"
	"strings"

	"acvdata/services/fault"
	"acvdata/services/module"
	"acvdata/tenants"
)

// Embed is something of a town that other sites may show. Addresses are below the
// host: "/niort/integrer/indicateurs/pistes".
type Embed struct {
	Title   string // of the frame, in French
	Address string // of the page made for frames
	Page    string // of the full page
	Height  int    // pixels that suit it, at 600 of width
}

// Provider is a module whose public pages other sites may show.
type Provider interface {
	// Embed says what stands for a public page, given below the town
	// ("donnees/arbres") with the question of its address, to everybody; a not_found
	// fault when nothing does.
	Embed(ctx context.Context, town *tenants.Tenant, path string, query url.Values) (Embed, error)
}

// Towns finds the town of an address.
type Towns interface {
	BySlug(ctx context.Context, slug string) (*tenants.Tenant, error)
	ByHost(ctx context.Context, host string) (*tenants.Tenant, error)
}

// Service finds what stands for an address. It is safe for concurrent use once its
// providers are added.
type Service struct {
	towns   Towns
	baseURL string
	modules []module.Module
}

// New makes the service; baseURL is the installation's, without a slash at the end.
func New(towns Towns, baseURL string) *Service { return &Service{towns: towns, baseURL: baseURL} }

// Add takes in the modules that provide something. Call it before the first request.
func (s *Service) Add(modules ...module.Module) {
	for _, m := range modules {
		if _, can := m.(Provider); can {
			s.modules = append(s.modules, m)
		}
	}
}

// Discovery is the address of the oEmbed answer about a page, given below the host:
// for layout.Head.OEmbed.
func Discovery(baseURL, page string) string {
	return baseURL + oembedPath + "?url=" + url.QueryEscape(baseURL+page)
}

// find gives what stands for an absolute address of a page; a not_found fault when
// nothing does, whatever the reason.
func (s *Service) find(ctx context.Context, address string) (*tenants.Tenant, Embed, error) {
	town, path, query, err := s.place(ctx, address)
	if err != nil {
		return nil, Embed{}, err
	}
	for _, m := range s.modules {
		manifest := m.Manifest()
		provider, can := m.(Provider)
		if !can || !manifest.Core && !town.Has(manifest.Code) {
			continue
		}
		found, err := provider.Embed(tenants.With(ctx, town), town, path, query)
		if err == nil || !fault.Is(err, fault.NotFound) && !fault.Is(err, fault.Gone) {
			return town, found, err
		}
	}
	return nil, Embed{}, nothing(nil)
}

// place reads an address: on the platform's host the town comes first, on a town's
// own it may.
func (s *Service) place(ctx context.Context, address string) (town *tenants.Tenant, path string, query url.Values, err error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return nil, "", nil, nothing(err)
	}
	if query, err = url.ParseQuery(u.RawQuery); err != nil {
		return nil, "", nil, nothing(err)
	}
	path = strings.Trim(u.Path, "/")
	slug, rest, _ := strings.Cut(path, "/")
	if strings.EqualFold(u.Host, strings.TrimPrefix(strings.TrimPrefix(s.baseURL, "https://"), "http://")) {
		town, err = s.towns.BySlug(ctx, slug)
		return town, rest, query, err
	}
	if town, err = s.towns.ByHost(ctx, strings.ToLower(u.Hostname())); err != nil {
		return nil, "", nil, err
	}
	if slug == town.Slug {
		path = rest
	}
	return town, path, query, nil
}

func nothing(because error) error {
	return fault.New(fault.NotFound, "embeds.fault.nothing", fault.Because(because))
}
