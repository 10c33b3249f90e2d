package jobs

import "embed"

// Catalogue holds locales/fr.yaml: what the queue says to people.
//
//go:embed locales
var Catalogue embed.FS
