package web

import "encoding/json"

// App is what a web app manifest says of one town's installable portal.
type App struct {
	Name       string // "ACV Data – Alès"
	ShortName  string // "Alès", under the icon
	Start      string // "/ales/"
	Scope      string // "/ales/"
	ThemeColor string // "#FAF9F5"
}

type manifestIcon struct {
	Src     string `json:"src"`
	Sizes   string `json:"sizes"`
	Type    string `json:"type"`
	Purpose string `json:"purpose"`
}

// WebManifest writes the manifest.webmanifest of an app.
func (x *Index) WebManifest(app App) ([]byte, error) {
	return json.Marshal(struct {
		ID         string         `json:"id"`
		Name       string         `json:"name"`
		ShortName  string         `json:"short_name"`
		Lang       string         `json:"lang"`
		Dir        string         `json:"dir"`
		Start      string         `json:"start_url"`
		Scope      string         `json:"scope"`
		Display    string         `json:"display"`
		Background string         `json:"background_color"`
		Theme      string         `json:"theme_color"`
		Icons      []manifestIcon `json:"icons"`
	}{
		ID: app.Start, Name: app.Name, ShortName: app.ShortName, Lang: "fr", Dir: "ltr",
		Start: app.Start, Scope: app.Scope, Display: "standalone",
		Background: app.ThemeColor, Theme: app.ThemeColor,
		Icons: []manifestIcon{
			{x.URL("icon.svg"), "any", "image/svg+xml", "any"},
			{x.URL("icon-192.png"), "192x192", "image/png", "any"},
			{x.URL("icon-512.png"), "512x512", "image/png", "any"},
			{x.URL("icon-maskable-512.png"), "512x512", "image/png", "maskable"},
		},
	})
}
