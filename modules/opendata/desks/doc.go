// Package desks keeps who of the town answers questions about each of its
// datasets, as everybody reads it (a name and what the person does), and which
// datasets take none ([Service]). Questions themselves, and their answers, are
// contributions.
//
// It checks no permission: routes do.
package desks
