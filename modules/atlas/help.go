package atlas

import (
	_ "embed"

	"acvdata/services/module"
)

//go:embed help/fr.md
var help string

var _ module.Helper = (*Module)(nil)

// Help implements module.Helper: the page for the town's staff.
func (*Module) Help() string { return help }
