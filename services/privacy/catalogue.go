package privacy

import "embed"

// Catalogue holds the names of the kinds.
//
//go:embed locales
var Catalogue embed.FS
