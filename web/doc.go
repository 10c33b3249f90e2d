// Package web carries the front end inside the binary: the files Vite built
// into dist/ (scripts, styles, fonts, icons, service worker) as an index in
// memory, and the French messages of the design system.
//
// The design system itself is web/components (parts), web/layout (whole pages)
// and web/gallery (every part on one page). The TypeScript islands are in
// islands/, the styles in styles/ and beside each component.
//
// It knows tenants (the leaf) and i18n; it knows no module, no service beyond
// i18n, and no HTTP framework: services/httpd serves what Lookup returns.
package web
