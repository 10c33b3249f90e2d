// Package components holds the parts every page is made of, in templ, each with
// its style sheet beside it. Parts take display-ready values: no query, no
// permission, no address is decided here.
//
// It knows i18n for its own few words and web for asset addresses; it knows no
// module and no service beyond i18n.
package components
