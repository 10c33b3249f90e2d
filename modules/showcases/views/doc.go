// Package views draws the showcases: lists, articles, the newsroom's forms, the
// town's validation. Everything it takes is ready to be shown; HTML it is given
// comes from services/markdown only.
package views
