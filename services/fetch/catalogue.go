package fetch

import "embed"

// Catalogue holds the messages of faults.
//
//go:embed locales
var Catalogue embed.FS
