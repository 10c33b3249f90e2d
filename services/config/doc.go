// Package config turns the environment into one typed value, checked at start.
//
// Every setting, with its default and what it is for, is printed by
// `acvdata config`. Any variable NAME may be given as NAME_FILE, the path of a
// file that holds the value: that is how secrets are handed over.
//
// It is a leaf: it knows no service and opens nothing but those files.
package config
