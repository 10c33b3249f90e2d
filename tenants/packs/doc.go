// Package packs holds what a town starts with: one YAML file per town with its
// names, codes, outline, accent, modules and what it asked the programme for.
//
// A seventh town is a seventh file, here or anywhere on disk
// (`acvdata tenant create --pack file.yaml`). The package reads and checks
// packs; tenants/directory stores them. It knows no service.
package packs
