// Package france draws metropolitan France as a schematic map on which towns
// are placed. The outline is coarse on purpose and made here: no file of
// anybody's is copied.
//
// It knows geometry only: no town, no page.
package france
