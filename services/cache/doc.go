// Package cache keeps in memory what was used last, up to a number of bytes.
//
// It knows nothing of what it keeps: whoever keeps something puts the town and
// the permission it was read under into the key.
package cache
