package follow

import (
	"context"
	"strings"
	"time"

	"acvdata/services/contributions"
	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/module"
	"acvdata/tenants"
)

// Provider is a module with something to follow.
type Provider interface {
	// Followed describes a topic; a not_found fault for what nobody can follow.
	Followed(ctx context.Context, town *tenants.Tenant, topic string) (Topic, error)
	// News lists what happened after since and until then, for everybody to read.
	News(ctx context.Context, town *tenants.Tenant, since, until time.Time) ([]News, error)
}

// Topic is something to follow.
type Topic struct {
	Title string // "Les données de Niort"
	Href  string // its page, without the town
}

// News is one thing that happened.
type News struct {
	Topics []string // "opendata.dataset:bornes": the module's code, a dot, what it likes
	Kind   string   // "Nouvelle version"
	Title  string
	Text   string // may be ""
	Href   string // page, without the town
	At     time.Time
}

// Towns lists the towns, for what is done on a schedule.
type Towns interface {
	All(ctx context.Context) ([]*tenants.Tenant, error)
}

// Parts are what the service is made from.
type Parts struct {
	DB      *db.DB
	Gate    *contributions.Service // checks forms, signs links
	Towns   Towns
	BaseURL string           // of the installation, without a slash at the end
	Now     func() time.Time // the clock; nil for the machine's
}

// Service has the rules of following. It is safe for concurrent use once its
// providers are added.
type Service struct {
	Parts
	providers map[string]Provider // by module code
}

// New makes the service.
func New(p Parts) *Service {
	if p.Now == nil {
		p.Now = time.Now
	}
	return &Service{Parts: p, providers: map[string]Provider{}}
}

// Add takes the modules that have something to follow.
func (s *Service) Add(modules ...module.Module) {
	for _, m := range modules {
		if p, offers := m.(Provider); offers {
			s.providers[m.Manifest().Code] = p
		}
	}
}

// Topic describes what would be followed; a not_found fault when the town has no
// such thing.
func (s *Service) Topic(ctx context.Context, town *tenants.Tenant, topic string) (t Topic, err error) {
	code, _, _ := strings.Cut(topic, ".")
	p, known := s.providers[code]
	if !known || !town.Has(code) || len(topic) > longestTopic {
		return t, fault.New(fault.NotFound, "follow.fault.no_topic")
	}
	return p.Followed(ctx, town, topic)
}

const longestTopic = 200

// FormAddress is where a topic is followed.
func FormAddress(town *tenants.Tenant, topic string) string {
	return town.Path("suivre") + "?sur=" + strings.NewReplacer("%", "%25", "&", "%26", "+", "%2B", "#", "%23").Replace(topic)
}
