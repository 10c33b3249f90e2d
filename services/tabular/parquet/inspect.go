package parquet

import (
	"bufio"
	"context"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	library "github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"
)

const (
	// mostOfPage bounds what one page unpacks to: writers make pages of one
	// mebibyte, dictionaries of some more.
	mostOfPage = 128 << 20
	// mostOfHeader bounds a page's header, whose statistics hold two values.
	mostOfHeader = 16 << 20
)

// inspector follows the pages of a file without keeping what is in them.
type inspector struct {
	r      io.ReaderAt
	size   int64
	rows   int64
	left   int64 // octets still allowed out
	unpack map[format.CompressionCodec]func(io.Reader) (io.Reader, error)
}

// inspect refuses what would unpack out of proportion: the library makes room for
// what headers announce and unpacks what pages hold.
func inspect(ctx context.Context, r io.ReaderAt, size int64, file *library.File, limits Limits) error {
	decoder, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(mostOfPage), zstd.WithDecoderMaxWindow(mostOfPage))
	if err != nil {
		return err
	}
	defer decoder.Close()
	i := &inspector{r: r, size: size, rows: limits.Rows, left: limits.Unpacked}
	i.unpack = map[format.CompressionCodec]func(io.Reader) (io.Reader, error){
		format.Gzip: func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) },
		format.Zstd: func(r io.Reader) (io.Reader, error) { return decoder, decoder.Reset(r) },
	}
	for _, group := range file.Metadata().RowGroups {
		if group.NumRows < 0 || group.NumRows > limits.Rows {
			return fmt.Errorf("%w: %d rows in a group", ErrBroken, group.NumRows)
		}
		for _, chunk := range group.Columns {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := i.chunk(chunk.MetaData); err != nil {
				return err
			}
		}
	}
	return nil
}

// chunk follows the pages of one column in one group of rows.
func (i *inspector) chunk(m format.ColumnMetaData) error {
	at := m.DataPageOffset
	if m.DictionaryPageOffset > 0 {
		at = min(at, m.DictionaryPageOffset)
	}
	end := at + m.TotalCompressedSize
	if at < 0 || end < at || end > i.size || m.NumValues < 0 {
		return fmt.Errorf("%w: a column beyond the file", ErrBroken)
	}
	switch m.Codec {
	case format.Uncompressed, format.Snappy, format.Gzip, format.Zstd, format.Lz4Raw:
	default:
		return fmt.Errorf("%w: packed by %s", ErrBroken, m.Codec)
	}
	for at < end {
		length, err := i.page(m.Codec, at, end)
		if err != nil {
			return err
		}
		at += length
	}
	return nil
}

// page looks at one page and says how long it is, its header included.
func (i *inspector) page(codec format.CompressionCodec, at, end int64) (int64, error) {
	raw := io.NewSectionReader(i.r, at, min(end-at, mostOfHeader))
	in := bufio.NewReaderSize(raw, 512)
	var h format.PageHeader
	if err := thrift.NewDecoder(new(thrift.CompactProtocol).NewReader(in)).Decode(&h); err != nil {
		return 0, fmt.Errorf("%w: %w", ErrBroken, err)
	}
	read, err := raw.Seek(0, io.SeekCurrent)
	if err != nil {
		return 0, err
	}
	header := read - int64(in.Buffered())
	packed, out := int64(h.CompressedPageSize), int64(h.UncompressedPageSize)
	if packed < 0 || out < 0 || at+header+packed > end || values(&h) > i.rows {
		return 0, fmt.Errorf("%w: a page that does not hold together", ErrBroken)
	}
	if i.left -= out; out > mostOfPage || packed > mostOfPage || i.left < 0 {
		return 0, ErrTooLarge
	}
	return header + packed, i.content(codec, &h, io.NewSectionReader(i.r, at+header, packed))
}

// values is how many values a page says it holds.
func values(h *format.PageHeader) int64 {
	return int64(max(h.DataPageHeader.V.NumValues, h.DataPageHeaderV2.V.NumValues, h.DictionaryPageHeader.V.NumValues))
}

// content measures what a page truly unpacks to.
func (i *inspector) content(codec format.CompressionCodec, h *format.PageHeader, in *io.SectionReader) error {
	body, packed := bodyOf(h, in)
	if !packed || codec == format.Uncompressed || codec == format.Lz4Raw { // 255 for 1 at most
		return nil
	}
	if codec == format.Snappy {
		return snappyLength(body)
	}
	r, err := i.unpack[codec](bufio.NewReader(body))
	if err != nil {
		return fmt.Errorf("%w: %w", ErrBroken, err)
	}
	n, err := io.Copy(io.Discard, io.LimitReader(r, mostOfPage+1))
	if err != nil {
		return fmt.Errorf("%w: %w", ErrBroken, err)
	}
	if n > mostOfPage {
		return ErrTooLarge
	}
	return nil
}

// bodyOf is the part of a page that is packed: not the levels of a page of the
// second version.
func bodyOf(h *format.PageHeader, in *io.SectionReader) (*io.SectionReader, bool) {
	if !h.DataPageHeaderV2.Valid {
		return in, true
	}
	v2 := h.DataPageHeaderV2.V
	levels := int64(v2.RepetitionLevelsByteLength) + int64(v2.DefinitionLevelsByteLength)
	if levels < 0 || levels >= in.Size() {
		return in, false
	}
	packed := !v2.IsCompressed.Valid || v2.IsCompressed.V
	return io.NewSectionReader(in, levels, in.Size()-levels), packed
}

// snappyLength reads the length that a block announces, which its reader trusts.
func snappyLength(in *io.SectionReader) error {
	length := uint64(0)
	r := bufio.NewReaderSize(in, 16)
	for shift := 0; shift < 35; shift += 7 {
		b, err := r.ReadByte()
		if err != nil {
			return fmt.Errorf("%w: %w", ErrBroken, err)
		}
		length |= uint64(b&0x7f) << shift
		if b < 0x80 {
			break
		}
	}
	if length > mostOfPage {
		return ErrTooLarge
	}
	return nil
}
