package heat

import _ "embed"

//go:embed help/fr.md
var help string

// Help implements module.Helper: the page for the town's staff.
func (*Module) Help() string { return help }
