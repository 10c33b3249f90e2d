package cql

import "embed"

// Catalogue holds the package's French sentences, locales/fr.yaml.
//
//go:embed locales
var Catalogue embed.FS
