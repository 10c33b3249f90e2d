package tableschema

import "embed"

// Catalogue holds the messages of errors, notices and faults.
//
//go:embed locales
var Catalogue embed.FS
