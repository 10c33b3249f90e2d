// Package privacy looks for personal data in the columns of a table: e-mail
// addresses, French telephone numbers, vehicle plates, social security numbers
// (NIR), names of persons and their postal addresses.
//
// It decides on whole columns, from what their cells look like and what their
// heading says, and prefers silence to a false alarm: the name of a park is no
// name of a person, a code of ten figures no telephone. What it finds is for a
// person to judge; it never says that a column is free of personal data.
//
// Names are recognised by first names, from the most frequent of INSEE's
// "Fichier des prénoms" (names.go); a list of family names would be the whole
// dictionary.
//
// A Scanner keeps counts and three masked examples a kind: memory does not grow
// with the rows. The package knows no database, no dataset and no page.
package privacy
