// Package words compares words as French readers do: without capitals, accents
// and ligatures. What people type finds what others wrote.
//
// It knows no language beyond letters, no trade and no database.
package words
