package datagouv

import (
	"bytes"
	"context"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"

	"github.com/google/uuid"

	"acvdata/services/fault"
)

// usualChunk is how many bytes of a file go in one request: what the portal's own
// pages send (fineuploader's partSize), so that no server on the way refuses it.
const usualChunk = 2_000_000

// content is a file to send, read from its beginning.
type content struct {
	name string // with its extension, in lower case without spaces: becomes the resource's title
	size int64  // bytes
	io.Reader
}

// upload sends a file as a new resource, or in place of the file of one. A file
// longer than a chunk goes in parts under a number of its own, then a request
// without a file has them put together. A part that fails ends the sending: the
// portal keeps a part it was sent and refuses it a second time, so the next
// attempt takes another number.
func (c *Client) upload(ctx context.Context, key, dataset, id string, f content) (made resource, err error) {
	path := datasetPath(dataset) + "upload/"
	if id != "" {
		path = datasetPath(dataset) + "resources/" + url.PathEscape(id) + "/upload/"
	}
	parts := max(1, (f.size+c.chunk-1)/c.chunk)
	if parts == 1 {
		return made, c.form(ctx, key, path, nil, f.name, io.LimitReader(f, c.chunk), f.size, &made)
	}
	number := uuid.NewString()
	common := map[string]string{"uuid": number, "filename": f.name, "totalparts": strconv.FormatInt(parts, 10)}
	for part := range parts {
		size := min(c.chunk, f.size-part*c.chunk)
		fields := map[string]string{
			"partindex": strconv.FormatInt(part, 10), "partbyteoffset": strconv.FormatInt(part*c.chunk, 10), "chunksize": strconv.FormatInt(size, 10),
		}
		maps.Copy(fields, common)
		var kept struct {
			Success bool   `json:"success"`
			Error   string `json:"error"`
		}
		if err := c.form(ctx, key, path, fields, f.name, io.LimitReader(f, size), size, &kept); err != nil {
			return made, err
		}
		if !kept.Success {
			return made, fault.New(fault.Unavailable, "opendata.push.fault.busy", fault.With(fault.Args{"Status": http.StatusOK, "Detail": clip(kept.Error, mostDetail)}))
		}
	}
	return made, c.form(ctx, key, path, common, "", nil, 0, &made)
}

// form sends fields, and so many bytes of a file when there is one.
func (c *Client) form(ctx context.Context, key, path string, fields map[string]string, name string, file io.Reader, size int64, out any) error {
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for field, value := range fields {
		if err := w.WriteField(field, value); err != nil {
			return err
		}
	}
	if file != nil {
		part, err := w.CreateFormFile("file", name)
		if err != nil {
			return err
		}
		if n, err := io.Copy(part, file); err != nil || n != size {
			return fault.New(fault.Unavailable, "opendata.push.fault.file", fault.Because(err))
		}
	}
	if err := w.Close(); err != nil {
		return err
	}
	return c.send(ctx, request{key: key, method: http.MethodPost, path: path, body: body.Bytes(), kind: w.FormDataContentType()}, out)
}
