package cluster

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// The settings live in their own file, rewritten at each start, which the
// server's postgresql.conf includes.
const settingsFile = "acv.conf"

const megabyte = 1 << 20

type setting struct{ name, value string }

// settings returns the server's configuration. The planner and memory figures
// are those the platform was measured with on 24 GB (shared_buffers 6 GB,
// work_mem 64 MB, maintenance_work_mem 1 GB, jit and parallel query off: pages
// are many and short), scaled to the memory of this machine.
func settings(durable bool, memory int64, sockets string) []setting {
	list := []setting{
		{"listen_addresses", "''"},
		{"port", socketNumber},
		{"unix_socket_directories", quoted(sockets)},
		{"unix_socket_permissions", "0700"},
		{"max_connections", "200"},
		{"effective_cache_size", megabytes(memory*6/10, 256, 1<<20)},
		{"work_mem", megabytes(memory/384, 4, 64)},
		{"maintenance_work_mem", megabytes(memory/24, 64, 1024)},
		{"random_page_cost", "1.1"},
		{"jit", "off"},
		{"max_parallel_workers_per_gather", "0"},
		{"log_min_messages", "warning"},
		{"log_line_prefix", "'%m [%p] %u@%d '"},
		{"timezone", "'UTC'"},
	}
	if durable {
		return append(list,
			setting{"shared_buffers", megabytes(memory/4, 128, 6*1024)},
			setting{"max_wal_size", megabytes(memory/3, 1024, 8*1024)},
		)
	}
	return append(list,
		setting{"shared_buffers", megabytes(memory/8, 128, 1024)},
		setting{"max_wal_size", megabytes(memory/3, 1024, 4*1024)},
		setting{"fsync", "off"},
		setting{"synchronous_commit", "off"},
		setting{"full_page_writes", "off"},
		setting{"wal_level", "minimal"},
		setting{"max_wal_senders", "0"},
	)
}

func megabytes(value, least, most int64) string {
	return fmt.Sprintf("%dMB", min(max(value/megabyte, least), most))
}

func quoted(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

// writeSettings leaves the settings in the data folder.
func writeSettings(data string, list []setting) error {
	var text bytes.Buffer
	text.WriteString("# Rewritten at each start.\n")
	for _, s := range list {
		fmt.Fprintf(&text, "%s = %s\n", s.name, s.value)
	}
	return os.WriteFile(filepath.Join(data, settingsFile), text.Bytes(), 0o600)
}

// includeSettings makes the server read them; the local rule is the only way in.
func includeSettings(data string) error {
	conf := filepath.Join(data, "postgresql.conf")
	text, err := os.ReadFile(conf)
	if err != nil {
		return err
	}
	text = fmt.Appendf(text, "\ninclude_if_exists = '%s'\n", settingsFile)
	if err := os.WriteFile(conf, text, 0o600); err != nil {
		return err
	}
	// Everything that can reach the socket is already this user or root: its
	// folder is closed to others.
	return os.WriteFile(filepath.Join(data, "pg_hba.conf"), []byte("local all all trust\n"), 0o600)
}

// memory returns the bytes this process may use: the machine's, or its
// container's when that is less; 2 GB where neither can be read.
func memory() int64 {
	total := int64(2048 * megabyte)
	if text, err := os.ReadFile("/proc/meminfo"); err == nil {
		total = memTotal(string(text), total)
	}
	if text, err := os.ReadFile("/sys/fs/cgroup/memory.max"); err == nil {
		if limit, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64); err == nil {
			total = min(total, limit)
		}
	}
	return total
}

// memTotal reads "MemTotal:  24576 kB"; otherwise it returns unknown.
func memTotal(meminfo string, unknown int64) int64 {
	for line := range strings.Lines(meminfo) {
		fields := strings.Fields(line)
		if len(fields) < 2 || fields[0] != "MemTotal:" {
			continue
		}
		if kb, err := strconv.ParseInt(fields[1], 10, 64); err == nil {
			return kb << 10
		}
	}
	return unknown
}
