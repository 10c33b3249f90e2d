// Command database helps the make targets with PostgreSQL: it names the
// packages that are missing, and starts and stops the test cluster around a
// test run. The platform itself never uses it.
package main
