package jobs

import (
	"encoding/json"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"acvdata/services/db"
)

// A database that restarts uses up no attempt of a job, mostOutages times: a
// job that brings it down each time must end too.
const (
	mostOutages = 5
	afterOutage = 2 * time.Second
)

// outages is how often the job was put back because its database went away:
// River's own count of snoozes, which nothing else of ours uses.
func outages(job *rivertype.JobRow) int {
	var metadata struct {
		Snoozes int `json:"snoozes"`
	}
	if json.Unmarshal(job.Metadata, &metadata) != nil {
		return mostOutages
	}
	return metadata.Snoozes
}

// Final reports whether no attempt follows one that ends with err.
func (t *Task) Final(err error) bool { return t.last && !t.waits(err) }

// waits reports whether the job goes back to the queue as it was.
func (t *Task) waits(err error) bool { return db.Away(err) && t.outages < mostOutages }

// outcome is what the queue is told of an attempt that failed.
func (t *Task) outcome(err error) error {
	if t.waits(err) {
		return river.JobSnooze(afterOutage)
	}
	return err
}
