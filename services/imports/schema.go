package imports

import (
	"context"
	"crypto/sha256"
	"net/url"
	"strings"
	"time"

	"github.com/google/uuid"

	"acvdata/services/authz"
	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/fetch"
	"acvdata/services/tableschema"
	"acvdata/services/words"
)

// Schema is a Table Schema that a town has its files checked against. It never
// changes: a new version of it is another one.
type Schema struct {
	ID      uuid.UUID
	Label   string
	Version string
	Address string // where it is published, "" when nobody said

	descriptor string
}

// Followed is the schema of a committed import, and whether the file respected it.
type Followed struct {
	Schema

	Respected bool
}

// schemaTime bounds the reading of a schema: a person waits.
const schemaTime = time.Minute

// SchemaFromAddress fetches a schema and has the import's file checked against it.
// The address may be that of its page on schema.data.gouv.fr.
func (s *Service) SchemaFromAddress(ctx context.Context, c Caller, id uuid.UUID, address string) (*Import, error) {
	if err := s.mayChange(ctx, c, id); err != nil {
		return nil, err
	}
	if s.Reader == nil {
		return nil, fault.New(fault.Unavailable, "imports.fault.no_fetch")
	}
	address = schemaFile(address)
	reading, cancel := context.WithTimeout(ctx, schemaTime)
	defer cancel()
	answer, err := s.Reader.Get(reading, fetch.Request{URL: address, Accept: "application/json", Bytes: tableschema.MostBytes})
	if err != nil {
		return nil, onField("address", err)
	}
	return s.follow(ctx, c, id, answer.Body, answer.URL, "address")
}

// SchemaFromFile has the import's file checked against a schema that the person
// sent.
func (s *Service) SchemaFromFile(ctx context.Context, c Caller, id uuid.UUID, raw []byte) (*Import, error) {
	if err := s.mayChange(ctx, c, id); err != nil {
		return nil, err
	}
	return s.follow(ctx, c, id, raw, "", "schema")
}

// KnownSchema has the import's file checked against a schema of the town; zero
// takes its schema away.
func (s *Service) KnownSchema(ctx context.Context, c Caller, id, schema uuid.UUID) (*Import, error) {
	return s.change(ctx, c, id, func(ctx context.Context, tx *db.Tx, i *Import) error {
		if schema != uuid.Nil {
			if _, err := s.store.schema(ctx, tx, schema); err != nil {
				return err
			}
		}
		return s.setSchema(ctx, tx, i, schema)
	})
}

// chooseSchema takes a program's word for the schema: an address, or "" for none.
func (s *Service) chooseSchema(ctx context.Context, c Caller, i *Import, address string) error {
	var err error
	if address == "" {
		_, err = s.KnownSchema(ctx, c, i.ID, uuid.Nil)
	} else {
		_, err = s.SchemaFromAddress(ctx, c, i.ID, address)
	}
	return err
}

// mayChange refuses early, before anything is fetched for somebody.
func (s *Service) mayChange(ctx context.Context, c Caller, id uuid.UUID) error {
	i, err := s.Get(ctx, c, id)
	if err != nil {
		return err
	}
	if _, err := s.allowed(c, i.Target); err != nil {
		return err
	}
	return i.to(Analysed)
}

// follow keeps a descriptor and has the file checked against it; field is the
// input it came from.
func (s *Service) follow(ctx context.Context, c Caller, id uuid.UUID, raw []byte, address, field string) (*Import, error) {
	parsed, err := tableschema.Parse(raw)
	if err != nil {
		return nil, onField(field, err)
	}
	kept := Schema{Label: parsed.Label(), Version: parsed.Version, Address: address, descriptor: string(raw)}
	if kept.Address == "" && webAddress(parsed.Path) {
		kept.Address = parsed.Path
	}
	if kept.Label == "" {
		kept.Label = kept.Address
	}
	return s.change(ctx, c, id, func(ctx context.Context, tx *db.Tx, i *Import) error {
		schema, err := s.store.keepSchema(ctx, tx, kept)
		if err != nil {
			return err
		}
		return s.setSchema(ctx, tx, i, schema)
	})
}

func (s *Service) setSchema(ctx context.Context, tx *db.Tx, i *Import, schema uuid.UUID) error {
	if err := i.to(Analysed); err != nil {
		return err
	}
	i.Schema, i.Respected, i.State, i.Fault, i.Counts = schema, nil, Analysed, nil, Counts{}
	return s.store.useSchema(ctx, tx, i, s.dataset(i))
}

// dataset is what a free target makes of the file, by its address; "" for other
// targets, which always feed the same.
func (s *Service) dataset(i *Import) string {
	t := s.target(i.Target)
	if t == nil {
		return ""
	}
	d := t.Describe()
	for _, o := range d.Options {
		if d.Free && o.Named {
			return words.Slug(i.Mapping.Options[o.Name], "-")
		}
	}
	return ""
}

// keepFollowing settles the schema after the mapping changed: the file may have
// become another dataset's.
func (s *Service) keepFollowing(ctx context.Context, tx *db.Tx, i *Import, before string) (err error) {
	now := s.dataset(i)
	if now != before && i.Schema == uuid.Nil {
		i.Schema, err = s.store.usedSchema(ctx, tx, i.Target, now)
		return err
	}
	return s.store.useSchema(ctx, tx, i, now)
}

// SchemaOf gives the schema that an import's file is checked against, nil for
// none.
func (s *Service) SchemaOf(ctx context.Context, i *Import) (found *Schema, err error) {
	if i.Schema == uuid.Nil {
		return nil, nil //nolint:nilnil // most files have none
	}
	err = s.DB.ReadTenant(ctx, i.Tenant, func(ctx context.Context, tx *db.Tx) error {
		found, err = s.store.schema(ctx, tx, i.Schema)
		return err
	})
	return found, err
}

// Schemas lists those the town chose lately, the last first.
func (s *Service) Schemas(ctx context.Context, c Caller) (list []Schema, err error) {
	err = s.DB.ReadTenant(ctx, c.Town.ID, func(ctx context.Context, tx *db.Tx) error {
		list, err = s.store.schemas(ctx, tx)
		return err
	})
	return list, err
}

// validator starts the check of a file against the import's schema; nil without
// one.
func (s *Service) validator(ctx context.Context, i *Import, labels []string, at time.Time) (*tableschema.Validator, error) {
	schema, err := s.SchemaOf(ctx, i)
	if err != nil || schema == nil {
		return nil, err
	}
	parsed, err := tableschema.Parse([]byte(schema.descriptor))
	if err != nil {
		return nil, err
	}
	return parsed.Validate(i.File.Name, labels, at), nil
}

// FollowedBy tells, for imports of the transaction's town, which schema each
// follows. Those without one are left out.
func FollowedBy(ctx context.Context, tx *db.Tx, imports []uuid.UUID) (map[uuid.UUID]Followed, error) {
	return store{}.followed(ctx, tx, imports)
}

// schemaSite publishes the schemas of the French State and its partners.
const schemaSite = "schema.data.gouv.fr"

// schemaFile gives the address of a schema's file for that of its page:
// people copy what their browser shows.
func schemaFile(address string) string {
	address = strings.TrimSpace(address)
	u, err := url.Parse(address)
	if err != nil || u.Host != schemaSite || strings.HasSuffix(u.Path, ".json") {
		return address
	}
	parts := strings.FieldsFunc(u.Path, func(r rune) bool { return r == '/' })
	if len(parts) > 0 && parts[0] == "schemas" {
		parts = parts[1:]
	}
	if len(parts) < 2 {
		return address
	}
	version := "latest"
	if len(parts) > 2 && strings.Contains(parts[2], ".") && !strings.HasSuffix(parts[2], ".html") {
		version = parts[2]
	}
	return "https://" + schemaSite + "/schemas/" + parts[0] + "/" + parts[1] + "/" + version + "/schema.json"
}

func webAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != ""
}

// onField says at which field of the form a fault is.
func onField(field string, err error) error {
	f := fault.From(err)
	if f.Code != fault.Invalid && f.Code != fault.TooLarge && f.Code != fault.Unavailable {
		return err
	}
	return fault.New(fault.Invalid, f.Key, fault.With(f.Args), fault.Because(err), fault.On(field, f.Key, f.Args))
}

// sum tells schemas apart.
func (s Schema) sum() []byte {
	sum := sha256.Sum256([]byte(s.Address + "\x00" + s.descriptor))
	return sum[:]
}

// author of a schema, for the record.
func author(ctx context.Context) (uuid.UUID, string) {
	actor := authz.From(ctx)
	return actor.AccountID, actor.Name
}
