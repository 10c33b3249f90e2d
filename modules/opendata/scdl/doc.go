// Package scdl writes the inventory of a town's open data that the Socle commun
// des données locales asks for: the schema scdl/catalogue 0.1.3 of OpenDataFrance
// (gitlab.com/opendatafrance/scdl/catalogue), twenty columns, one line a dataset.
//
// It writes CSV and knows neither HTTP nor the database.
package scdl
