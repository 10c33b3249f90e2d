// Package deploy tries what can be tried of the files of this folder without a
// container engine: they parse, they name settings, files and metrics that
// exist, and services run without rights. It holds tests only; backup and
// restore have their own in deploy/backup.
package deploy
