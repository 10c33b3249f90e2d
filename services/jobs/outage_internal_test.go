package jobs

import (
	"errors"
	"testing"

	"github.com/riverqueue/river/rivertype"
	"github.com/stretchr/testify/require"

	"acvdata/services/fault"
)

func TestAJobThatBringsTheDatabaseDownEachTimeEnds(t *testing.T) {
	t.Parallel()
	away := fault.New(fault.Unavailable, "fault.database_away")
	for metadata, final := range map[string]bool{`{}`: false, `{"snoozes": 4}`: false, `{"snoozes": 5}`: true, `nonsense`: true} {
		task := &Task{last: true, outages: outages(&rivertype.JobRow{Metadata: []byte(metadata)})}
		require.Equal(t, final, task.Final(away), metadata)
		require.True(t, task.Final(errors.New("anything else")), metadata)
	}
	require.False(t, (&Task{outages: mostOutages}).Final(away), "attempts are left")
}
