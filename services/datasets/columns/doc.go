// Package columns keeps versions of datasets in memory, by column, so that rows
// are filtered, sorted and grouped without the database: a source reads its rows
// once a version, whatever is asked of them afterwards.
//
// A column is a list of its distinct values and, for each row, the place of its
// own: most columns of towns' data have few. Rows come out as the source gave
// them. Every reader of a dataset gets the same rows, so that the key of what is
// kept is the town, the dataset and its version; who may read the dataset is
// decided before this package is asked.
//
// It knows no trade, no format and no request.
package columns
