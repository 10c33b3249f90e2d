// Package backup tries the backup and restore scripts of this folder on a real
// server: back up, destroy, restore, the same rows and files. It holds tests
// only; in production the scripts run alone, from a systemd timer.
package backup
