// Package layout holds the frames of whole pages: the platform's, a town's
// public portal and a town's workspace, the error page and the offline page.
//
//	@layout.Page(s) { … }      the frame around a page's content
//	@layout.Error(s, view)     an error page, whole
//	@layout.FramedPage(f) { … } a page for other sites to show inside theirs
//	@layout.Offline(s)         what the service worker keeps for lack of network, at /hors-ligne
//
// A handler fills a Shell; nothing is looked up here. Page already writes the
// breadcrumb (Shell.Crumbs) and the answer to the last action (Shell.Flash)
// above its children; the children start with the page's h1
// (components.PageHead or components.Hero). Set Shell.Wide for pages that need
// the whole width (maps, large tables).
//
// Scripts announce through the region #annonce (role=status), which every page
// has. The content is #contenu.
//
// It knows tenants (the leaf), i18n, web and web/components.
package layout
