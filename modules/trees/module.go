package trees

import "acvdata/services/authz"

// Permissions of the module.
const (
	PermissionRead   authz.Permission = "trees.read"
	PermissionEdit   authz.Permission = "trees.edit"
	PermissionImport authz.Permission = "trees.import"
)

// LayerID names the map layer and the dataset in addresses.
const LayerID = "arbres"
