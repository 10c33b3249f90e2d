//go:build !linux

package cluster

import "syscall"

// passThroughFolders has no equivalent here: the server's own message about
// the closed folder reaches the caller.
func passThroughFolders(*syscall.SysProcAttr) {}
