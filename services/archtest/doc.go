// Package archtest keeps the shape of the project: who may import whom, which
// library belongs in which files, how large files and functions may grow, and
// what every table of a town must have. It holds tests only and nobody imports
// it.
//
// Each rule carries its reason, printed with what breaks it, and each is itself
// tried on an example that breaks it: a rule that cannot fail keeps nothing.
// What is allowed to differ stands in testdata/exemptions.txt with why; an
// exemption that no longer applies fails too.
//
// The package knows the folders' names, no module's content.
package archtest
