package showcases_test

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/jpeg"
	"net/url"
	"regexp"
	"strconv"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"acvdata/modules/showcases"
	"acvdata/services/apptest"
	"acvdata/services/authz"
	"acvdata/services/indicators"
	"acvdata/services/module"
	"acvdata/tenants"
)

// gauge is a module with one indicator, whose value tests turn.
type gauge struct{ value *indicators.Value }

func (gauge) Manifest() module.Manifest {
	return module.Manifest{Code: "gauge", Title: "showcases.title", Summary: "showcases.summary"}
}
func (gauge) Mount(module.Router) {}

func (g gauge) Indicators(_ context.Context, town *tenants.Tenant) ([]indicators.Indicator, error) {
	read := func(context.Context) (indicators.Value, error) { return *g.value, nil }
	return []indicators.Indicator{{
		Key: "gauge.trees", Title: "Arbres suivis", Unit: "arbres", Method: "Compte", Source: "Inventaire", Href: town.Path("arbres"), Read: read,
	}}, nil
}

// desk is the newsroom with its people.
type desk struct {
	*apptest.App
	value                                        *indicators.Value
	town, other                                  *tenants.Tenant
	editor, publisher, admin, resident, stranger *apptest.Client
	module                                       *showcases.Module
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{value: &indicators.Value{Number: 7409, Known: true}}
	g := gauge{d.value}
	d.App = apptest.New(t, func(k apptest.Kit) []module.Module {
		d.module = showcases.New(showcases.Deps{
			DB: k.DB, Towns: k.Towns, Blobs: k.Blobs, Indicators: indicators.New(g), BaseURL: apptest.BaseURL, BaseMap: "neutral",
		})
		return []module.Module{d.module, g}
	})
	d.town, d.other = d.Town("ales"), d.Town("bayonne")
	d.editor = d.As(person("Nadia", authz.Editor))
	d.publisher = d.As(person("Antoine", authz.Publisher))
	d.admin = d.As(apptest.Member(d.town, authz.Admin))
	d.stranger = d.As(apptest.Member(d.other, authz.Admin))
	d.resident = d.As(authz.Actor{})
	return d
}

func person(name string, role authz.Role) authz.Actor {
	return authz.Actor{AccountID: uuid.New(), Name: name, Email: name + "@essai.test", Platform: []authz.Role{role}}
}

var version = regexp.MustCompile(`name="version" value="(\d+)"`)

// seen reads the version a page shows.
func seen(t *testing.T, r *apptest.Response) string {
	t.Helper()
	found := version.FindStringSubmatch(r.Want(200).Body)
	require.NotEmpty(t, found, "the page holds a version")
	return found[1]
}

// write starts a sheet about the town and fills it; it gives the desk's address.
func (d *desk) write(t *testing.T) string {
	t.Helper()
	at := d.begin(t, "sheet", url.Values{
		"title": {"Alès connaît ses arbres"}, "promise": {"Décider sur pièces."}, "theme": {"trees"}, "towns": {d.town.Slug},
	})
	for _, href := range blockLinks(d.editor.Get(at)) {
		d.editor.Post(href, url.Values{"version": {seen(t, d.editor.Get(href))}, "title": {"Partie"}, "text": {"Un **texte** avec <script>alert(1)</script>."}}).Want(303)
	}
	return at
}

func blockLinks(r *apptest.Response) []string {
	return r.Page().Find(".block-title a").Map(func(_ int, s *goquery.Selection) string { return s.AttrOr("href", "") })
}

// add appends a block and gives its address.
func (d *desk) add(t *testing.T, at, kind string, form url.Values) string {
	t.Helper()
	r := d.editor.Post(at+"/blocs", url.Values{"version": {seen(t, d.editor.Get(at))}, "kind": {kind}}).Want(303)
	block := r.Header.Get("Location")
	if form != nil {
		form.Set("version", seen(t, d.editor.Get(block)))
		d.editor.Post(block, form).Want(303)
	}
	return block
}

// id is the piece of a desk's address.
func id(at string) string { return at[len("/redaction/"):] }

// read is the form of somebody who read the piece as it stands.
func (d *desk) read(t *testing.T, at string) url.Values {
	t.Helper()
	p, err := d.module.Get(d.Context, uuid.MustParse(id(at)))
	require.NoError(t, err)
	return url.Values{"version": {strconv.Itoa(p.Version)}}
}

// publish takes a written piece through its three people.
func (d *desk) publish(t *testing.T, at string) {
	t.Helper()
	d.editor.Post(at+"/soumettre", d.read(t, at)).Want(303)
	d.admin.Post(d.town.Path("espace/cas-usages/"+id(at)+"/valider"), d.read(t, at)).Want(303)
	d.publisher.Post(at+"/publier", d.read(t, at)).Want(303)
}

func photograph(t *testing.T) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 900, 600))
	for i := range img.Pix {
		img.Pix[i] = 200
	}
	img.Set(1, 1, color.Black)
	var out bytes.Buffer
	require.NoError(t, jpeg.Encode(&out, img, nil))
	return out.Bytes()
}

// count asks the database as its owner.
func (d *desk) count(t *testing.T, query string) (n int) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), d.AdminDB)
	require.NoError(t, err)
	defer func() { _ = conn.Close(context.Background()) }()
	require.NoError(t, conn.QueryRow(t.Context(), query).Scan(&n))
	return n
}
