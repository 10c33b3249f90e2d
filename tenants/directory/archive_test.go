package directory_test

import (
	"archive/zip"
	"bytes"
	"context"
	"io"
	"strings"
	"testing"

	"acvdata/services/audit"
	"acvdata/services/db"
	"acvdata/services/dbtest"
	"acvdata/services/fault"
	"acvdata/tenants"
	"acvdata/tenants/directory"
)

func TestExportHoldsOneTownAndDeleteLeavesTheOthers(t *testing.T) {
	t.Parallel()
	d, admin := dbtest.Pair(t)
	towns := directory.New(d)
	ales, bayonne := dbtest.Town(t, d, "ales"), dbtest.Town(t, d, "bayonne")
	for town, action := range map[*tenants.Tenant]string{ales: "chez.ales", bayonne: "chez.bayonne"} {
		err := d.InTenant(t.Context(), town.ID, func(ctx context.Context, tx *db.Tx) error {
			return audit.Record(ctx, tx, action, "x", nil)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	if err := towns.Export(t.Context(), ales, &out); err != nil {
		t.Fatal(err)
	}
	text := unzip(t, out.Bytes())
	if !strings.Contains(text, "chez.ales") || strings.Contains(text, "chez.bayonne") || !strings.Contains(text, `"INSEE":"30007"`) {
		t.Errorf("export: %.500s", text)
	}
	rows, err := directory.Delete(t.Context(), admin, ales)
	if err != nil || rows != 1 {
		t.Fatalf("delete: %d rows, %v", rows, err)
	}
	towns.Forget()
	if _, err := towns.BySlug(t.Context(), "ales"); !fault.Is(err, fault.NotFound) {
		t.Errorf("the deleted town: %v", err)
	}
	out.Reset()
	if err := towns.Export(t.Context(), bayonne, &out); err != nil || !strings.Contains(unzip(t, out.Bytes()), "chez.bayonne") {
		t.Errorf("the other town lost its rows: %v", err)
	}
}

func unzip(t *testing.T, content []byte) string {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	for _, f := range archive.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(&text, r)
		_ = r.Close()
	}
	return text.String()
}
