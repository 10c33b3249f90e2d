// Package directory is the store of towns: which exist, which address or host
// name is whose, how one is created from a pack. Reads are cached for a few
// seconds; a change made by this process is seen at once.
//
// It knows the database and the platform's tenant table, no module.
package directory
