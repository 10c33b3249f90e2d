package web

import (
	"embed"
	"io/fs"
	"sync"
)

// dist is the build of npm run build; a bare clone holds only .gitkeep, which
// vite copies back from static/ after each build.
//
//go:embed all:dist
var dist embed.FS

// Catalogue holds locales/fr.yaml: the messages of layout and components.
//
//go:embed locales
var Catalogue embed.FS

// Assets gives the index of the embedded build, read once. When nothing was
// built (unit tests of a bare clone) it is empty and addresses are unhashed.
func Assets() *Index { return embedded() }

var embedded = sync.OnceValue(func() *Index {
	files, err := fs.Sub(dist, "dist")
	if err != nil {
		panic(err) // "dist" is a valid path
	}
	index, err := Load(files)
	if err != nil {
		panic(err) // the build that was embedded is broken: nothing can be shown
	}
	return index
})
