package authz

import "embed"

// Role is what a person is, on the platform or in one town.
type Role string

// Roles on the platform.
const (
	Operator    Role = "operator"    // runs the installation
	Supervisor  Role = "supervisor"  // Banque des Territoires: reads every town, edits nothing in one
	Editor      Role = "editor"      // OpenDataFrance: writes showcases
	Publisher   Role = "publisher"   // OpenDataFrance: publishes what an editor wrote
	Facilitator Role = "facilitator" // ATD: helps the towns that delegated to them
)

// Roles in a town.
const (
	Admin      Role = "admin"      // sets the workspace up
	Manager    Role = "manager"    // of the modules named in the membership
	Agent      Role = "agent"      // works in the field
	Moderator  Role = "moderator"  // answers residents
	Reader     Role = "reader"     // elected people
	Partner    Role = "partner"    // limited to their own sources
	Contractor Role = "contractor" // limited to their own orders
)

var townRoles = []Role{Admin, Manager, Agent, Moderator, Reader, Partner, Contractor}

// TownRoles lists the roles a town may give, strongest first.
func TownRoles() []Role { return append([]Role(nil), townRoles...) }

// InTown reports whether the role is one a town may give.
func (r Role) InTown() bool {
	for _, known := range townRoles {
		if r == known {
			return true
		}
	}
	return false
}

// Catalogue holds locales/fr.yaml: the names of the roles.
//
//go:embed locales
var Catalogue embed.FS
