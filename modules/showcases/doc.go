// Package showcases is what OpenDataFrance tells of the towns' experiments: case
// sheets ("fiches cas d'usage"), dossiers and interviews, written in typed
// blocks, validated by the town they speak of, and published by somebody who
// did not write them.
//
// A piece belongs to the programme, not to a town: it lives in tables of the
// platform, and what a town may do with it (read it before the others, validate
// it or send it back) goes through that town's workspace.
//
// A figure may be bound to a live indicator of a town (services/indicators); it
// is read and frozen, with its date, when the piece is published. The package
// knows no other module.
package showcases
