package cluster

import "syscall"

// capDacReadSearch is CAP_DAC_READ_SEARCH of linux/capability.h: read files and
// enter folders whatever their mode.
const capDacReadSearch = 2

// passThroughFolders lets the server enter folders closed to its account, as
// when root works in its home. The alternative would be to open those folders
// to everybody.
func passThroughFolders(attr *syscall.SysProcAttr) {
	attr.AmbientCaps = []uintptr{capDacReadSearch}
}
