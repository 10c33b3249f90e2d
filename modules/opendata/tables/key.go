package tables

import (
	"slices"
	"strings"

	"acvdata/services/imports"
)

// identifiers are the headings under which files give each row a name of its own.
// Numbers that tools give when they write a file (fid, gid, objectid) change with
// every file and are left out.
var identifiers = []string{"id", "identifiant", "uuid", "code", "numero", "matricule", "reference", "ref"}

// key names the column that tells a row of the table apart from one edition to the
// next, by its heading; nil when none looks like it. Whoever uses it sees whether it
// keeps its promise: a column where two rows say the same tells nothing apart.
func (t *Table) key() []string {
	plain := func(c Column) bool { return c.Kind == imports.KindText || c.Kind == imports.KindInteger }
	i := slices.IndexFunc(t.Columns, func(c Column) bool { return plain(c) && slices.Contains(identifiers, c.Name) })
	if i < 0 {
		i = slices.IndexFunc(t.Columns, func(c Column) bool {
			return plain(c) && (strings.HasPrefix(c.Name, "id_") || strings.HasSuffix(c.Name, "_id") || strings.HasPrefix(c.Name, "identifiant_"))
		})
	}
	if i < 0 {
		return nil
	}
	return []string{t.Columns[i].Name}
}
