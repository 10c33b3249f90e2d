// Package ods reads the sheets of OpenDocument workbooks (LibreOffice Calc, OASIS
// ODF 1.2 part 1) as rows of text, in a stream: whatever the size of a sheet,
// memory holds one row.
//
// A cell is written as the file keeps it (office:value): numbers with a point and
// every digit, percentages as fractions, amounts without their currency, dates as
// 2006-01-02 or 2006-01-02T15:04:05, hours as 15:04:05, booleans as true and
// false. Formulas count for the value last computed; errors are empty.
//
// Rows, merges, limits and faults are those of package xlsx: a sheet is the same
// thing whichever program wrote it.
package ods
