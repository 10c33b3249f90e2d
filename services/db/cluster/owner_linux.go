package cluster

import (
	"os"
	"strconv"
	"strings"
	"syscall"
)

// Capabilities of linux/capability.h that let a process enter folders whatever
// their mode: to read only, which is all it takes, or to write as well, the one
// containers are usually left with.
const (
	capDacReadSearch = 2
	capDacOverride   = 1
)

// passThroughFolders lets the server enter folders closed to its account, as
// when root works in its home. The alternative would be to open those folders
// to everybody.
func passThroughFolders(attr *syscall.SysProcAttr) {
	held := heldCapabilities()
	for _, capability := range []uintptr{capDacReadSearch, capDacOverride} {
		if held&(1<<capability) != 0 {
			attr.AmbientCaps = []uintptr{capability}
			return
		}
	}
}

// heldCapabilities returns this process's effective set, none when unreadable.
func heldCapabilities() uint64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		if hex, ok := strings.CutPrefix(line, "CapEff:"); ok {
			set, _ := strconv.ParseUint(strings.TrimSpace(hex), 16, 64) // 0 when malformed: none
			return set
		}
	}
	return 0
}
