// Package rows answers questions asked of a dataset's rows, in the parameters
// that users of open-data portals know: select, where, group_by, order_by, limit,
// offset. It belongs to modules/opendata, whose API it is.
//
// A question is read against the fields of the dataset, then answered from its
// columns (services/datasets/columns). It knows no town, no request and no trade.
package rows
