// Package harvest brings the catalogues of others into a town's (moissonnage):
// somebody gives an address, sees what would come, and decides how often it is
// read and what becomes of it.
//
// A catalogue is read page after page by a reader of its kind (DCAT in three
// syntaxes, CKAN, Opendatasoft, udata), each giving the same Item. A run writes
// page after page too, each page with its report and the place reached in one
// transaction, so it may be killed at any line and goes on without doubling.
//
// A dataset is known by its source and any of the keys its identifiers give (see
// keysOf): the patterns in which portals change identifiers lead to the same key.
// What no longer stands in a catalogue is archived after a delay, and comes back
// when it is listed again. What is ours, or comes from us by way of others, is
// left out: two catalogues that harvest each other do not grow.
//
// The data themselves stay where they are: a harvested dataset is a description
// with links.
package harvest
