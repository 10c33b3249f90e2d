package i18n

import (
	"bufio"
	"bytes"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
)

// Use is a place in the source that asks for a message.
type Use struct {
	Key  string
	File string
	Line int
}

func (u Use) String() string { return fmt.Sprintf("%s:%d: %s", u.File, u.Line, u.Key) }

// Usage compares a source tree with catalogues.
type Usage struct {
	Missing []Use    // asked for, in no catalogue
	Unused  []string // in a catalogue, mentioned nowhere
}

var (
	// keyed finds the calls whose argument is a message key: T, Lookup and Key of
	// this package, New and On of services/fault.
	keyed = regexp.MustCompile(`(?:i18n\.(?:T|Lookup)\(\s*[\w.()]+,\s*|i18n\.Key\(|fault\.(?:New|On)\([^,()]+,\s*)"([^"]+)"\s*(\+)?`)
	// spoken finds every literal that could name a message, so that keys carried
	// by data (navigation, manifests) count as used.
	spoken = regexp.MustCompile("[\"`]([a-z0-9_-]+(?:\\.[a-z0-9_-]+)+\\.?)[\"`]")
)

// Key marks a literal as a message key where no other call does.
func Key(key string) string { return key }

// Check reads the .go and .templ files of root, generated and test files apart.
// A key built by concatenation ("trees.state." + x) counts as using every key
// with that prefix.
func Check(root fs.FS, b *Bundle) (Usage, error) {
	c := checker{bundle: b, mentioned: map[string]bool{}}
	err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return skipFolder(entry, err)
		}
		if !isSource(name) {
			return nil
		}
		text, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		c.read(name, text)
		return nil
	})
	return Usage{Missing: c.missing, Unused: c.unused()}, err
}

func skipFolder(entry fs.DirEntry, err error) error {
	if err == nil && slices.Contains([]string{"node_modules", ".git", ".data", "dist", "testdata"}, entry.Name()) {
		return fs.SkipDir
	}
	return err
}

func isSource(name string) bool {
	switch path.Ext(name) {
	case ".templ":
		return true
	case ".go":
		return !strings.HasSuffix(name, "_templ.go") && !strings.HasSuffix(name, "_test.go")
	}
	return false
}

type checker struct {
	bundle    *Bundle
	mentioned map[string]bool
	prefixes  []string
	missing   []Use
}

func (c *checker) read(name string, text []byte) {
	lines := bufio.NewScanner(bytes.NewReader(text))
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		line := lines.Text()
		if strings.HasPrefix(strings.TrimSpace(line), "//") {
			continue
		}
		for _, m := range keyed.FindAllStringSubmatch(line, -1) {
			c.ask(Use{Key: m[1], File: name, Line: n}, m[2] == "+")
		}
		for _, m := range spoken.FindAllStringSubmatch(line, -1) {
			c.mention(m[1])
		}
	}
}

func (c *checker) ask(u Use, prefix bool) {
	if !prefix && !c.bundle.Has(u.Key) {
		c.missing = append(c.missing, u)
	}
	if prefix {
		c.prefixes = append(c.prefixes, u.Key)
	}
}

func (c *checker) mention(literal string) {
	if strings.HasSuffix(literal, ".") {
		c.prefixes = append(c.prefixes, literal)
	}
	c.mentioned[literal] = true
}

func (c *checker) unused() []string {
	var out []string
	for key := range c.bundle.keys {
		if !c.mentioned[key] && !slices.ContainsFunc(c.prefixes, func(p string) bool { return strings.HasPrefix(key, p) }) {
			out = append(out, key)
		}
	}
	slices.Sort(out)
	return out
}
