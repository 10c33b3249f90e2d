// Package blob keeps files: uploads, previews, published versions. Keys are
// made by this package's callers from identifiers, never from a person's text,
// and start with the town's identifier; opening a key of another town is
// refused here.
//
// Two stores: a folder (file://) and an S3 bucket (s3://). The package knows
// nothing of what is in the files.
package blob
