// Package indicators is what modules declare for others to cross: figures of a
// town ("indicateurs") with their unit, method and source, read live.
//
// A module that has some implements Provider. Whoever shows, follows or freezes
// a figure asks the Service for it by key and never learns which table it comes
// from: a theme's dashboard, a story, a use-case sheet, the programme's
// portfolio.
//
// The package knows no module, keeps nothing and caches nothing: a module
// answers from counts it keeps up to date.
package indicators
