// Package xlsx reads the sheets of Excel workbooks (Office Open XML, ECMA-376)
// as rows of text, in a stream: whatever the size of a sheet, memory holds its
// shared strings and one row.
//
// A cell is written as a machine would: numbers with a point and at most fifteen
// significant digits (what Excel itself keeps), dates as 2006-01-02 or
// 2006-01-02T15:04:05, booleans as true and false. Formulas count for the value
// Excel last computed; they are never evaluated. Errors (#N/A) are empty.
//
// It knows nothing of what rows are for. Faults are the Err values below.
package xlsx
