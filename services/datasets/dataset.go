package datasets

import (
	"time"

	"github.com/google/uuid"

	"acvdata/services/datasets/changes"
)

// State is whether everybody may have a dataset.
type State string

// The closed list of states.
const (
	Draft     State = "draft"     // never published
	Published State = "published" // the newest version is for everybody
	Withdrawn State = "withdrawn" // taken back, with a reason everybody may read
)

// Dataset is what a town offers under one name. Texts are ready to show: the
// town's own where it wrote some, the module's otherwise.
type Dataset struct {
	Metadata              // as the town says, completed from the module
	ID        uuid.UUID   // zero as long as nobody has touched it
	Source    Description // as its module says
	Own       Metadata    // as the town says, empty where it said nothing
	State     State
	Latest    int       // number of the newest version, 0 for none
	Issued    time.Time // first publication, zero before
	Modified  time.Time // last publication, zero before
	Withdrawn time.Time
	Reason    string   // of the withdrawal
	Version   *Version // the newest one, nil before the first publication
}

// Slug is the dataset's name in addresses.
func (d *Dataset) Slug() string { return d.Source.Slug }

// Open reports whether everybody may have it.
func (d *Dataset) Open() bool { return d.State == Published }

// Metadata is what people read about a dataset. Empty fields are completed from
// its module's description.
type Metadata struct {
	Title         string
	Summary       string
	Licence       Licence
	Producer      string
	ContactName   string
	ContactEmail  string
	ContactURL    string
	Frequency     Frequency
	Themes        []Theme
	Keywords      []string
	TemporalStart time.Time // zero for unknown; days
	TemporalEnd   time.Time // zero for unknown or still running
	Method        string    // how the data are made: provenance
	Documentation string    // address of a page that explains them
	HighValue     HighValue // category of the EU regulation on high-value datasets
}

// Version is one publication. It never changes once it is published.
type Version struct {
	Number    int
	Note      string // what changed, in the town's words; may be ""
	Rows      int64
	Author    string // as they were called then
	Published time.Time
	Restores  int    // number of the version whose files these are, 0 for none
	Files     []File // in the order of Formats

	fields []changes.Column // of its rows; nil when they were not kept
}

// File is one file of a version.
type File struct {
	Format Format
	Size   int64 // bytes
	SHA256 [32]byte
	key    string
}

// File finds the file of a format.
func (v *Version) File(f Format) (File, bool) {
	if v == nil {
		return File{}, false
	}
	for _, file := range v.Files {
		if file.Format.Name == f.Name {
			return file, true
		}
	}
	return File{}, false
}

// MainFormats names the formats that most people want, and counts the others.
func (v *Version) MainFormats() (labels []string, others int) {
	for _, f := range v.Files {
		if f.Format.Main {
			labels = append(labels, f.Format.Label)
		}
	}
	return labels, len(v.Files) - len(labels)
}

// Listed are the files that catalogues for other portals name.
func (v *Version) Listed() (files []File) {
	for _, f := range v.Files {
		if f.Format.Listed {
			files = append(files, f)
		}
	}
	return files
}

// Release is a version of a dataset, for feeds.
type Release struct {
	Dataset *Dataset
	Version Version
}

// Publication is a publication under way.
type Publication struct {
	Number  int
	Subject string // of its progress in services/jobs
}

// Subject names the progress of a dataset's publications.
func Subject(id uuid.UUID) string { return "dataset/" + id.String() }
