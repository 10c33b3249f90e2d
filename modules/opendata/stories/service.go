package stories

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"acvdata/services/audit"
	"acvdata/services/authz"
	"acvdata/services/blob"
	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/words"
	"acvdata/tenants"
)

// Service has the rules of stories. It is safe for concurrent use.
type Service struct {
	db    *db.DB
	blobs blob.Store
}

// New makes the service.
func New(d *db.DB, blobs blob.Store) *Service { return &Service{d, blobs} }

// reserved is an address the workspace needs for itself.
const reserved = "nouveau"

// List gives the town's stories, the newest first; published narrows them to
// those everybody may read.
func (s *Service) List(ctx context.Context, town *tenants.Tenant, published bool) (list []Story, err error) {
	err = s.db.ReadTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		list, err = selectAll(ctx, tx, "")
		return err
	})
	if published {
		list = slices.DeleteFunc(list, func(t Story) bool { return !t.Published })
	}
	return list, err
}

// Find gives a story; a not_found fault when there is none.
func (s *Service) Find(ctx context.Context, town *tenants.Tenant, slug string) (found *Story, err error) {
	err = s.db.ReadTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		found, err = find(ctx, tx, slug)
		return err
	})
	return found, err
}

// Open is Find for stories everybody may read.
func (s *Service) Open(ctx context.Context, town *tenants.Tenant, slug string) (*Story, error) {
	t, err := s.Find(ctx, town, slug)
	if err == nil && !t.Published {
		return nil, fault.New(fault.NotFound, "opendata.fault.no_story")
	}
	return t, err
}

// Create starts a draft and gives its address.
func (s *Service) Create(ctx context.Context, town *tenants.Tenant, t Story) (slug string, err error) {
	if err := t.check(); err != nil {
		return "", err
	}
	if t.ID, err = uuid.NewV7(); err != nil {
		return "", err
	}
	if err := t.adopt(nil); err != nil {
		return "", err
	}
	blocks, err := json.Marshal(append([]Block{}, t.Blocks...))
	if err != nil {
		return "", err
	}
	err = s.db.InTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		base := words.Slug(t.Title, "-")
		for n := 1; n <= 50; n++ {
			if slug = base; n > 1 {
				slug = base + "-" + strconv.Itoa(n)
			}
			if slug == reserved {
				continue
			}
			tag, err := tx.Exec(ctx, insertStory, tx.Tenant(), t.ID, slug, t.Title, t.Lead, string(t.Theme), blocks, authz.From(ctx).Name)
			if err != nil {
				return err
			}
			if tag.RowsAffected() > 0 {
				return audit.Record(ctx, tx, "opendata.story_added", "story/"+slug, map[string]any{"title": t.Title})
			}
		}
		return fault.New(fault.Conflict, "opendata.fault.same_title")
	})
	return slug, err
}

// Save writes a story; a conflict fault when somebody changed it since
// (Revision). Photographs are those it has already: [Service.AddPhoto] brings
// others in. The files of those it lost are deleted.
func (s *Service) Save(ctx context.Context, town *tenants.Tenant, slug string, t Story) error {
	return s.save(ctx, town, slug, t, nil)
}

func (s *Service) save(ctx context.Context, town *tenants.Tenant, slug string, t Story, fresh []Block) error {
	if err := t.check(); err != nil {
		return err
	}
	var known *Story
	err := s.db.InTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) (err error) {
		if known, err = find(ctx, tx, slug); err != nil {
			return err
		}
		if err := t.adopt(append(known.photos(), fresh...)); err != nil {
			return err
		}
		blocks, err := json.Marshal(append([]Block{}, t.Blocks...))
		if err != nil {
			return err
		}
		tag, err := tx.Exec(ctx, updateStory, tx.Tenant(), slug, t.Revision, t.Title, t.Lead, string(t.Theme), blocks)
		if err != nil {
			return err
		}
		if tag.RowsAffected() == 0 {
			return fault.New(fault.Conflict, "opendata.fault.changed_since")
		}
		return audit.Record(ctx, tx, "opendata.story_changed", "story/"+slug, map[string]any{"title": t.Title})
	})
	if err == nil {
		s.dropLost(ctx, town.ID, known.photos(), t.photos())
	}
	return err
}

// Publish shows a story to everybody, or takes it back. An invalid fault when
// some of its blocks say nothing.
func (s *Service) Publish(ctx context.Context, town *tenants.Tenant, slug string, shown bool) error {
	return s.db.InTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		t, err := find(ctx, tx, slug)
		if err != nil {
			return err
		}
		if shown && (len(t.Blocks) == 0 || len(t.Missing()) > 0) {
			return fault.New(fault.Invalid, "opendata.fault.story_unfinished")
		}
		if _, err := tx.Exec(ctx, publishStory, tx.Tenant(), slug, shown); err != nil {
			return err
		}
		deed := map[bool]string{true: "opendata.story_published", false: "opendata.story_withdrawn"}[shown]
		return audit.Record(ctx, tx, deed, "story/"+slug, map[string]any{"title": t.Title})
	})
}

// Delete forgets a story and its photographs.
func (s *Service) Delete(ctx context.Context, town *tenants.Tenant, slug string) error {
	var lost []Block
	err := s.db.InTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		known, err := find(ctx, tx, slug)
		if fault.Is(err, fault.NotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		lost = known.photos()
		if _, err = tx.Exec(ctx, deleteStory, tx.Tenant(), slug); err != nil {
			return err
		}
		return audit.Record(ctx, tx, "opendata.story_dropped", "story/"+slug, nil)
	})
	if err == nil {
		s.dropLost(ctx, town.ID, lost, nil)
	}
	return err
}

func find(ctx context.Context, tx *db.Tx, slug string) (*Story, error) {
	list, err := selectAll(ctx, tx, slug)
	if err == nil && (len(list) == 0 || slug == "") {
		err = fault.New(fault.NotFound, "opendata.fault.no_story")
	}
	if err != nil {
		return nil, err
	}
	return &list[0], nil
}

func selectAll(ctx context.Context, tx *db.Tx, slug string) ([]Story, error) {
	rows, err := tx.Query(ctx, selectStories, tx.Tenant(), slug)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (t Story, err error) {
		var blocks []byte
		var at *time.Time
		err = row.Scan(&t.ID, &t.Slug, &t.Title, &t.Lead, &t.Theme, &blocks, &t.Published, &t.Revision, &t.Author, &t.Updated, &at)
		if at != nil {
			t.At = *at
		}
		if err == nil {
			err = json.Unmarshal(blocks, &t.Blocks)
		}
		return t, err
	})
}
