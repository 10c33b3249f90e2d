package datagouv

import (
	"context"

	"acvdata/services/fault"
	"acvdata/services/jobs"
)

// sending brings one dataset over there to the state wanted.
type sending struct {
	*Client
	key, organization string
	words             vocabulary
	progress          *jobs.Reporter
	note              func(id, page string) error // keeps where it is over there
}

// publish creates or updates the dataset: its resources first, hidden as long as
// it is new, then what is said of it.
func (s *sending) publish(ctx context.Context, id string, d *Draft) (page string, err error) {
	there, err := s.claim(ctx, id, d)
	if err != nil {
		return "", err
	}
	if err := s.resources(ctx, there, d); err != nil {
		return "", err
	}
	p, err := d.payload(s.words, s.organization, there.Extras)
	if err != nil {
		return "", err
	}
	if p.Contacts, err = s.contacts(ctx, there, d.Contact); err != nil {
		return "", err
	}
	now, err := s.describe(ctx, there.ID, d, p)
	return now.Page, err
}

// claim finds the dataset, or creates it, and notes where it is.
func (s *sending) claim(ctx context.Context, id string, d *Draft) (there remote, err error) {
	if id == "" {
		if id, err = s.find(ctx, s.key, s.organization, d.Identifier); err != nil {
			return there, err
		}
	}
	if id != "" {
		there, err = s.get(ctx, s.key, id)
	} else {
		var p payload
		if p, err = d.payload(s.words, s.organization, nil); err != nil {
			return there, err
		}
		p.Private = true
		there, err = s.describe(ctx, "", d, p)
	}
	if err != nil {
		return there, err
	}
	return there, s.note(there.ID, there.Page)
}

// describe creates (id "") or updates. A portal that refuses the town's zone is
// given its outline, and no place when it refuses that one too.
func (s *sending) describe(ctx context.Context, id string, d *Draft, p payload) (there remote, err error) {
	for _, place := range []*spatial{d.place(false), d.place(true), nil} {
		p.Spatial = place
		if id == "" {
			there, err = s.create(ctx, s.key, p)
		} else {
			there, err = s.update(ctx, s.key, id, p)
		}
		if !placeRefused(err) {
			break
		}
	}
	return there, err
}

// contacts are the identifiers of who answers questions.
func (s *sending) contacts(ctx context.Context, there remote, who Contact) ([]string, error) {
	if who.Name == "" || who.Email == "" && who.Form == "" {
		return nil, nil
	}
	for _, known := range there.Contacts {
		if known.Name == who.Name && known.Email == who.Email && known.Form == who.Form {
			return []string{known.ID}, nil
		}
	}
	id, err := s.contact(ctx, s.key, contact{Name: who.Name, Email: who.Email, Form: who.Form, Role: "contact", Organization: s.organization})
	return []string{id}, err
}

// resources sends what changed, drops what is gone, and puts all in order: ours,
// then what others added.
func (s *sending) resources(ctx context.Context, there remote, d *Draft) error {
	ours, others := sort(there.Resources, d.Slug)
	var order []string
	s.progress.Phase(ctx, "opendata.push.phase.files", int64(len(d.Parts)))
	for i, p := range d.Parts {
		var known *resource
		if list := ours[p.Key]; len(list) > 0 {
			known, ours[p.Key] = &list[0], list[1:]
		}
		id, err := s.part(ctx, there.ID, d.Slug, p, known)
		if err != nil {
			return err
		}
		order = append(order, id)
		s.progress.Done(ctx, int64(i+1))
	}
	if err := s.drop(ctx, there.ID, ours); err != nil {
		return err
	}
	for _, r := range others {
		order = append(order, r.ID)
	}
	if len(order) < 2 {
		return nil
	}
	return s.order(ctx, s.key, there.ID, order)
}

func (s *sending) drop(ctx context.Context, dataset string, list map[string][]resource) error {
	for _, same := range list {
		for _, r := range same {
			if err := s.dropResource(ctx, s.key, dataset, r.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

// sort tells our resources, by part, from those of others. A file with the name
// we would give it and no label is ours where no other of its part is: its sender
// died before the label.
func sort(list []resource, slug string) (ours map[string][]resource, others []resource) {
	ours = map[string][]resource{}
	for _, r := range list {
		if part := r.Extras.text(extraPart); part != "" {
			ours[part] = append(ours[part], r)
		}
	}
	for _, r := range list {
		if r.Extras.text(extraPart) != "" {
			continue
		}
		part := unlabelled(r, slug)
		if part == "" || len(ours[part]) > 0 {
			others = append(others, r)
			continue
		}
		ours[part] = append(ours[part], r)
	}
	return ours, others
}

// uploads are the parts that go there as files, as a town's datasets name them.
var uploads = []string{"csv", "geojson", "xlsx", "gpkg", "shp.zip", "zip"}

// unlabelled is the part that a file without a label holds by its name, "" for none.
func unlabelled(r resource, slug string) string {
	for _, part := range uploads {
		if r.FileType == "file" && r.Title == fileName(slug, part) {
			return part
		}
	}
	return ""
}

// part brings one resource to the state wanted, and gives its identifier. known
// is what stands there, nil for nothing.
func (s *sending) part(ctx context.Context, dataset, slug string, p Part, known *resource) (id string, err error) {
	file := p.sendable(s.words)
	if known != nil && (known.FileType == "file") != file { // no resource becomes one of the other kind
		if err := s.dropResource(ctx, s.key, dataset, known.ID); err != nil {
			return "", err
		}
		known = nil
	}
	if file {
		id, err = s.file(ctx, dataset, slug, p, known)
		if !is(err, keyLarge) && !is(err, keyType) {
			return id, err
		}
		if known != nil {
			if err := s.dropResource(ctx, s.key, dataset, known.ID); err != nil {
				return "", err
			}
			known = nil
		}
	}
	if known == nil {
		made, err := s.addResource(ctx, s.key, dataset, p.resource(nil, nil))
		return made.ID, err
	}
	if want := p.resource(nil, known.Extras); !known.says(want) {
		err = s.changeResource(ctx, s.key, dataset, known.ID, want)
	}
	return known.ID, err
}

// file sends a file unless the same is there, and labels it last.
func (s *sending) file(ctx context.Context, dataset, slug string, p Part, known *resource) (id string, err error) {
	var held resource
	if known != nil {
		held = *known
	}
	if known == nil || held.Extras.text(extraDigest) != p.Digest {
		if held, err = s.sendFile(ctx, dataset, held.ID, slug, p); err != nil {
			return "", err
		}
	}
	want := p.resource(&held, held.Extras)
	if !held.says(want) {
		err = s.changeResource(ctx, s.key, dataset, held.ID, want)
	}
	return held.ID, err
}

func (s *sending) sendFile(ctx context.Context, dataset, id, slug string, p Part) (resource, error) {
	file, err := p.Open(ctx)
	if err != nil {
		return resource{}, err
	}
	defer func() { _ = file.Close() }()
	made, err := s.upload(ctx, s.key, dataset, id, content{fileName(slug, p.Extension), p.Size, file})
	if err == nil && made.Size != 0 && made.Size != p.Size {
		err = fault.New(fault.Unavailable, "opendata.push.fault.size")
	}
	return made, err
}

// retire empties the dataset of what we put there, and hides it. What is gone
// already is retired.
func (s *sending) retire(ctx context.Context, id, slug, identifier string) (err error) {
	if id == "" {
		if id, err = s.find(ctx, s.key, s.organization, identifier); err != nil || id == "" {
			return err
		}
	}
	there, err := s.get(ctx, s.key, id)
	if is(err, keyAbsent) {
		return nil
	}
	if err != nil {
		return err
	}
	ours, _ := sort(there.Resources, slug)
	if err := s.drop(ctx, there.ID, ours); err != nil {
		return err
	}
	_, err = s.update(ctx, s.key, there.ID, payload{Title: there.Title, Description: there.Description, Private: true, Extras: there.Extras})
	return err
}
