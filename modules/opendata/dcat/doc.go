// Package dcat describes published datasets as a DCAT-AP 3.0.1 catalogue, in the
// shape data.gouv.fr's harvester and the European portal read: fixed addresses,
// identifiers that do not depend on the host, every concept typed and labelled
// in the page itself, one page every PageSize datasets in a stable order.
//
// Choices that harvesters impose: a licence carries its label, because it is the
// label that is matched; the town's outline is a WKT polygon; an undated dataset
// covers the day it was read; the API is a distribution with its service in the
// same page; checksums are left out of the catalogue, because one harvester
// refuses a whole dataset for them (pages show them).
//
// It builds a graph and knows neither HTTP nor the database.
package dcat
