// Package ckan says what a town publishes in the words of CKAN's API, version 3,
// for the many programs that read catalogues that way: data.gouv.fr's harvester,
// ckanext-harvest, QGIS, R and Python libraries.
//
// A package (jeu de données) is a published dataset, a resource (ressource) one
// of its files or its API, the organization is the town, a group is a theme.
// Identifiers are the dataset's own and derived from it: they outlive titles and
// versions. Names of keys and kinds of errors are CKAN's, texts are French.
//
// It answers questions about a list of datasets; it knows neither HTTP nor the
// database.
package ckan
