// Package views holds the pages about heat: the town's for everybody, a
// station's, the map of local climate zones, and the staff's. They know neither
// database nor request.
package views
