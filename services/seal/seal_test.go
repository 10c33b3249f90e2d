package seal_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"acvdata/services/seal"
)

func TestWhatIsSealedOpensForItsPurposeAlone(t *testing.T) {
	t.Parallel()
	box, err := seal.New(strings.Repeat("0f", 32))
	require.NoError(t, err)
	one, err := box.Seal("udata_secret", "datagouv/ales")
	require.NoError(t, err)
	two, err := box.Seal("udata_secret", "datagouv/ales")
	require.NoError(t, err)
	require.NotEqual(t, one, two)
	require.NotContains(t, string(one), "udata")
	plain, err := box.Open(one, "datagouv/ales")
	require.NoError(t, err)
	require.Equal(t, "udata_secret", plain)

	_, err = box.Open(one, "datagouv/bayonne")
	require.ErrorIs(t, err, seal.ErrSealed, "a row copied to another town")
	other, err := seal.New(strings.Repeat("0e", 32))
	require.NoError(t, err)
	_, err = other.Open(one, "datagouv/ales")
	require.ErrorIs(t, err, seal.ErrSealed, "another key")
	for i := range one {
		broken := append([]byte(nil), one...)
		broken[i] ^= 1
		_, err = box.Open(broken, "datagouv/ales")
		require.ErrorIs(t, err, seal.ErrSealed, "byte %d", i)
		_, err = box.Open(one[:i], "datagouv/ales")
		require.ErrorIs(t, err, seal.ErrSealed, "cut at %d", i)
	}
}

func TestKeys(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"0f", strings.Repeat("zz", 32), strings.Repeat("0f", 31), strings.Repeat("0f", 33)} {
		_, err := seal.New(bad)
		require.Error(t, err, bad)
	}
	none, err := seal.New("")
	require.NoError(t, err)
	require.False(t, none.Ready())
	_, err = none.Seal("x", "y")
	require.ErrorIs(t, err, seal.ErrNoKey)
	_, err = none.Open([]byte("x"), "y")
	require.ErrorIs(t, err, seal.ErrNoKey)
}
