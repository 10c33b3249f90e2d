// Package dev tries the scripts behind the make targets on machines that lack
// something, made of invented programs. It holds tests only: the scripts are
// run by make.
package dev
