// Package portal holds the public pages that belong to no trade: the platform's
// home page, each town's home page, the pages the law asks for, help, the API's
// description and the sitemap.
//
// It shows what modules offer (figures, doors, help, layers) without knowing
// any of them, and what towns say of themselves. It changes nothing.
package portal
