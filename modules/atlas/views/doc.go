// Package views draws the pages of the biodiversity atlas. Its types are what a
// page shows, ready to be shown; it knows neither the service nor the database.
package views
