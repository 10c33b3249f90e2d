package opendata

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"acvdata/modules/opendata/dcat"
)

func TestThePlatformsCatalogueIsReadOnceForMany(t *testing.T) {
	t.Parallel()
	var whole wholeCatalogue
	readings := 0
	read := func(ctx context.Context) ([]dcat.Entry, error) {
		readings++ // under the catalogue's own lock
		return make([]dcat.Entry, 3), ctx.Err()
	}
	var harvesters sync.WaitGroup
	for range 20 {
		harvesters.Go(func() {
			list, err := whole.entries(t.Context(), read)
			if err != nil || len(list) != 3 {
				t.Errorf("%d entries: %v", len(list), err)
			}
		})
	}
	harvesters.Wait()
	require.Equal(t, 1, readings)

	whole.read = time.Now().Add(-wholeFor)
	_, err := whole.entries(t.Context(), read)
	require.NoError(t, err)
	require.Equal(t, 2, readings)
}

func TestAFailedReadingOfTheCatalogueIsNotKept(t *testing.T) {
	t.Parallel()
	var whole wholeCatalogue
	away := errors.New("away")
	_, err := whole.entries(t.Context(), func(context.Context) ([]dcat.Entry, error) { return nil, away })
	require.ErrorIs(t, err, away)
	list, err := whole.entries(t.Context(), func(context.Context) ([]dcat.Entry, error) { return make([]dcat.Entry, 1), nil })
	require.NoError(t, err)
	require.Len(t, list, 1)

	gone, leave := context.WithCancel(t.Context())
	leave()
	var other wholeCatalogue
	_, err = other.entries(gone, func(ctx context.Context) ([]dcat.Entry, error) { return nil, ctx.Err() })
	require.NoError(t, err, "who came first left: the others still get it")
}
