// Package boxes checks of any source of a dataset that the pages of a box hold each
// row once, and the rows that a reading of everything says are in it. It is
// imported from tests only.
package boxes
