// Package demo makes the six towns of `make run`: their packs, and illustrative
// data that every module seeds for itself, the same on every machine. Every page
// of such a town says that its data are illustrative.
//
// It knows no module: it calls those that can seed.
package demo
