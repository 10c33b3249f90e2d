// Package changes compares two editions of the same rows ("différences entre deux
// versions"): which rows were added, removed, changed, and in what, and which
// columns came and went.
//
// It reads lines of JSON, one object a row, as services/datasets writes them (keys
// in the order of the columns, the same value always the same bytes), and knows
// neither database, nor object store, nor town. Memory is bounded whatever the
// number of rows: two files in the order of their key are merged as they are read;
// others are sorted outside memory first, in files that vanish with the process.
//
// # What is a row
//
// A row is the one of the same key. Without a key, or where a key is not unique, a
// row is its whole content over the columns both editions have, and the editions
// are bags of rows: three equal rows against two are one row removed.
//
// # What is written
//
// One JSON object a change and a line, in the order of the rows:
//
//	{"change":"changed","key":{"id":7},"before":{"hauteur":900},"row":{"id":7,"hauteur":950}}
//
// "row" is the row as it is now, or as it was when it was removed; "before" holds
// what changed as it was. The file is gzip, in members of a few hundred lines each
// that can be read alone; Summary.Blocks says where each is and what it holds.
package changes
