package authz

import (
	"embed"
	"slices"
)

// Role is what a person is, on the platform or in one town.
type Role string

// Roles on the platform.
const (
	Operator   Role = "operator"   // runs the installation
	Supervisor Role = "supervisor" // Banque des Territoires: reads every town, edits nothing in one
	Editor     Role = "editor"     // OpenDataFrance: writes showcases
	Publisher  Role = "publisher"  // OpenDataFrance: publishes what an editor wrote
	// Facilitator is an upper-tier body (ATD) that helps towns. On the platform it
	// opens nothing by itself; a town delegates by making the person a facilitator
	// of the town too, which shows them everything, and may give a town role beside
	// it to let them act.
	Facilitator Role = "facilitator"
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
func TownRoles() []Role { return slices.Clone(townRoles) }

var platformRoles = []Role{Operator, Supervisor, Editor, Publisher, Facilitator}

// PlatformRoles lists the roles the platform gives.
func PlatformRoles() []Role { return slices.Clone(platformRoles) }

// InTown reports whether permissions may name the role.
func (r Role) InTown() bool { return slices.Contains(townRoles, r) }

// OnPlatform reports whether the platform gives the role.
func (r Role) OnPlatform() bool { return slices.Contains(platformRoles, r) }

// GivenByTown reports whether a town may give the role to a person: its own
// roles, and facilitator, which delegates.
func (r Role) GivenByTown() bool { return r.InTown() || r == Facilitator }

// LabelKey is the message key of the role's name.
func (r Role) LabelKey() string { return "authz.role." + string(r) }

// Catalogue holds locales/fr.yaml: the names of the roles.
//
//go:embed locales
var Catalogue embed.FS
