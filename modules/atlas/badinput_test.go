package atlas_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/png"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"acvdata/services/apptest"
	"acvdata/services/authz"
)

// hugePNG says in its header that it is larger than any memory.
func hugePNG(t *testing.T) []byte {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, png.Encode(&out, image.NewGray(image.Rect(0, 0, 20, 20))))
	raw := out.Bytes()
	binary.BigEndian.PutUint32(raw[16:], 60_000)
	binary.BigEndian.PutUint32(raw[20:], 60_000)
	binary.BigEndian.PutUint32(raw[29:], crc32.ChecksumIEEE(raw[12:29]))
	return raw
}

func TestAPhotoThatCannotBeShownIsRefusedAndNothingIsKept(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	town, other := r.Town("bayonne"), r.Town("fecamp")
	agent := r.As(apptest.Member(town, authz.Agent))
	agent.Post("/bayonne/espace/biodiversite/nouvelle", filled()).Want(http.StatusSeeOther)
	const attack = "<script>alert(1)</script>"
	send := func(c *apptest.Client, path string, content []byte) *apptest.Response {
		body, kind := photoForm(t, content, map[string]string{"description": "Un merle " + attack, "auteur": attack, "diffusion": "oui"})
		return c.Do(c.Request(http.MethodPost, path, body, "Content-Type", kind))
	}
	const record = "/bayonne/espace/biodiversite/1/photo"
	good := jpegOf(t)
	for name, c := range map[string]struct {
		content []byte
		status  int
		says    string
	}{
		"a table":       {[]byte("nom_cite;date\nTurdus merula;2024-05-02\n"), 422, "n’est pas une image"},
		"nothing":       {nil, 422, "image reçue est vide"},
		"a picture cut": {good[:len(good)/3], 422, "abîmée ou incomplète"},
		"a bomb":        {hugePNG(t), 413, "millions de pixels"},
		"100 MB":        {bytes.Repeat([]byte{0xff}, 100<<20), 413, "dépasse 25"},
	} {
		t.Run(name, func(t *testing.T) {
			send(agent, record, c.content).Want(c.status).Has(c.says).HasNot("⟦", attack)
			require.Empty(t, r.rows(town.ID, `SELECT id::text FROM atlas.photo`))
		})
	}
	send(agent, "/bayonne/espace/biodiversite/99/photo", good).Want(http.StatusNotFound)
	send(r.As(apptest.Member(other, authz.Agent)), record, good).Want(http.StatusForbidden)
	send(r.As(apptest.Member(other, authz.Agent)), strings.Replace(record, "bayonne", "fecamp", 1), good).Want(http.StatusNotFound)
	require.Empty(t, r.rows(town.ID, `SELECT id::text FROM atlas.photo`))
	send(agent, record, good).Want(http.StatusSeeOther)
	agent.Get("/bayonne/espace/biodiversite/1").Want(http.StatusOK).Has("Un merle &lt;script&gt;").HasNot(attack)
	r.As(authz.Actor{}).Get("/bayonne/biodiversite/especes/4117").Want(http.StatusOK).HasNot(attack)
}

// TestARecordIsItsTownsWhateverItsIdentifier: the SINP's identifier of another
// town's record makes a record of one's own, and the same file again makes none.
func TestARecordIsItsTownsWhateverItsIdentifier(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.Work()
	town, other := r.Town("bayonne"), r.Town("fecamp")
	id := uuid.NewString()
	head := "nom_cite,date_min,longitude,latitude,unique_id_sinp\n"
	r.load(other, "fecamp.csv", head+"Turdus merula,2024-05-02,0.3730001,49.7570001,"+id+"\n")
	theirs := r.dump(other.ID)
	content := head + "Parus caeruleus,2024-05-03,-1.4660001,43.4920001," + id + "\n"
	i := r.load(town, "bayonne.csv", content)
	require.EqualValues(t, 1, i.Counts.Created, "%+v", i.Counts)
	ours := r.rows(town.ID, `SELECT o::text FROM atlas.occurrence o`)
	i = r.load(town, "bayonne.csv", content)
	require.Zero(t, i.Counts.Created+i.Counts.Updated, "%+v", i.Counts)
	require.Equal(t, ours, r.rows(town.ID, `SELECT o::text FROM atlas.occurrence o`))
	require.Equal(t, theirs, r.dump(other.ID))
}
