// Package layout holds the frames of whole pages: the platform's, a town's
// public portal and a town's workspace, the error page and the offline page.
//
//	@layout.Page(s) { … }              the frame around a page's content
//	@layout.Error(s, layout.ErrorView) an error page, whole
//	@layout.Offline(s)                 what the service worker shows without network
//
// A handler fills a Shell; nothing is looked up here. It knows tenants (the
// leaf), i18n, web and web/components.
package layout
