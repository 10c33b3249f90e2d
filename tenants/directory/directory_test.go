package directory_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/uuid"

	"acvdata/services/db"
	"acvdata/services/dbtest"
	"acvdata/services/fault"
	"acvdata/tenants"
	"acvdata/tenants/directory"
	"acvdata/tenants/packs"
)

func TestLoadingPacksTwiceChangesNothingTheTownChose(t *testing.T) {
	t.Parallel()
	d := directory.New(dbtest.New(t))
	towns, err := packs.All()
	if err != nil {
		t.Fatal(err)
	}
	for _, town := range towns {
		if created, err := d.Save(t.Context(), town); err != nil || !created {
			t.Fatalf("%s: created %v, %v", town.Slug, created, err)
		}
	}
	ales, err := d.BySlug(t.Context(), "ales")
	if err != nil {
		t.Fatal(err)
	}
	if err := d.SetModules(t.Context(), ales.ID, map[string]tenants.ModuleState{"heat": {On: true}}); err != nil {
		t.Fatal(err)
	}
	again, _ := packs.All()
	for _, town := range again {
		if created, err := d.Save(t.Context(), town); err != nil || created {
			t.Fatalf("%s the second time: created %v, %v", town.Slug, created, err)
		}
	}
	all, err := d.All(t.Context())
	if err != nil || len(all) != len(towns) {
		t.Fatalf("%d towns, %v", len(all), err)
	}
	after, _ := d.ByID(t.Context(), ales.ID)
	if !after.Has("heat") || after.Has("trees") {
		t.Errorf("modules after the second load: %+v", after.Modules)
	}
	if after.Name != "Alès" || after.Bounds != ales.Bounds || len(after.Boundary) == 0 {
		t.Errorf("read back: %+v", after)
	}
}

func TestUnknownTownsAreNotFound(t *testing.T) {
	t.Parallel()
	d := directory.New(dbtest.New(t))
	if _, err := d.BySlug(t.Context(), "atlantide"); !fault.Is(err, fault.NotFound) {
		t.Errorf("slug: %v", err)
	}
	if _, err := d.ByID(t.Context(), uuid.New()); !fault.Is(err, fault.NotFound) {
		t.Errorf("id: %v", err)
	}
	if _, err := d.ByHost(t.Context(), ""); !fault.Is(err, fault.NotFound) {
		t.Errorf("host: %v", err)
	}
}

func TestATownChangesOnlyItself(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	a, b := dbtest.Town(t, d, "ales"), dbtest.Town(t, d, "bayonne")
	err := d.InTenant(t.Context(), a.ID, func(ctx context.Context, tx *db.Tx) error {
		tag, err := tx.Exec(ctx, `UPDATE platform.tenant SET welcome = 'pris' WHERE id = $1`, b.ID)
		if err == nil && tag.RowsAffected() != 0 {
			t.Error("a town changed another")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestOfTwoChangesMadeFromTheSamePageOneIsRefused(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	towns := directory.New(d)
	ales, err := towns.ByID(t.Context(), dbtest.Town(t, d, "ales").ID)
	if err != nil {
		t.Fatal(err)
	}
	answers := make(chan error, 2)
	for _, accent := range []string{"foret", "ocre"} {
		go func() {
			answers <- towns.Settle(t.Context(), ales.ID, ales.Changed, func(_ context.Context, _ *db.Tx, c *directory.Choices) error {
				c.Accent = accent
				return nil
			})
		}()
	}
	first, second := <-answers, <-answers
	if (first == nil) == (second == nil) || !fault.Is(errors.Join(first, second), fault.Conflict) {
		t.Errorf("answers: %v and %v", first, second)
	}
	after, _ := towns.ByID(t.Context(), ales.ID)
	if after.Accent == ales.Accent || !after.Changed.After(ales.Changed) || after.Tagline != ales.Tagline {
		t.Errorf("after: %+v", after)
	}
}

func TestAChangeThatFailsWritesNothing(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	towns := directory.New(d)
	ales, err := towns.ByID(t.Context(), dbtest.Town(t, d, "ales").ID)
	if err != nil {
		t.Fatal(err)
	}
	refused := errors.New("refused")
	err = towns.Settle(t.Context(), ales.ID, ales.Changed, func(_ context.Context, _ *db.Tx, c *directory.Choices) error {
		c.Accent = "ocre"
		return refused
	})
	if !errors.Is(err, refused) {
		t.Errorf("answer: %v", err)
	}
	if after, _ := towns.ByID(t.Context(), ales.ID); after.Accent != ales.Accent {
		t.Errorf("accent %q was written", after.Accent)
	}
}
