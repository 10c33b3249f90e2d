package flatgeobuf

import (
	"slices"

	flatbuffers "github.com/google/flatbuffers/go"
)

// nodeSize is how many boxes a node of the index holds.
const nodeSize = 16

// header builds the header, its size before it; see header.fbs of the format.
func (w *Writer) header() []byte {
	b := flatbuffers.NewBuilder(1024)
	name, title := b.CreateString(w.layer.Name), b.CreateString(w.layer.Title)
	columns := w.columns(b)
	crs := coordinateSystem(b)
	var envelope flatbuffers.UOffsetT
	if w.located {
		envelope = doubles(b, []float64{w.envelope.Min[0], w.envelope.Min[1], w.envelope.Max[0], w.envelope.Max[1]})
	}
	b.StartObject(14)
	b.PrependUOffsetTSlot(0, name, 0)
	if w.located {
		b.PrependUOffsetTSlot(1, envelope, 0)
	}
	b.PrependByteSlot(2, byte(w.layer.Kind), 0)
	b.PrependUOffsetTSlot(7, columns, 0)
	b.PrependUint64Slot(8, uint64(len(w.items)), 0)
	size := uint16(nodeSize)
	if len(w.items) == 0 {
		size = 0 // no index
	}
	b.PrependUint16Slot(9, size, nodeSize)
	b.PrependUOffsetTSlot(10, crs, 0)
	b.PrependUOffsetTSlot(11, title, 0)
	b.FinishSizePrefixed(b.EndObject())
	return b.FinishedBytes()
}

func (w *Writer) columns(b *flatbuffers.Builder) flatbuffers.UOffsetT {
	made := make([]flatbuffers.UOffsetT, len(w.layer.Columns))
	for i, c := range w.layer.Columns {
		name, title := b.CreateString(c.Name), b.CreateString(c.Title)
		b.StartObject(11)
		b.PrependUOffsetTSlot(0, name, 0)
		b.PrependByteSlot(1, byte(c.Type), 0)
		b.PrependUOffsetTSlot(2, title, 0)
		made[i] = b.EndObject()
	}
	return offsets(b, made)
}

func coordinateSystem(b *flatbuffers.Builder) flatbuffers.UOffsetT {
	org := b.CreateString("EPSG")
	b.StartObject(6)
	b.PrependUOffsetTSlot(0, org, 0)
	b.PrependInt32Slot(1, 4326, 0)
	return b.EndObject()
}

func offsets(b *flatbuffers.Builder, made []flatbuffers.UOffsetT) flatbuffers.UOffsetT {
	b.StartVector(4, len(made), 4)
	for _, m := range slices.Backward(made) {
		b.PrependUOffsetT(m)
	}
	return b.EndVector(len(made))
}

func doubles(b *flatbuffers.Builder, values []float64) flatbuffers.UOffsetT {
	b.StartVector(8, len(values), 8)
	for _, value := range slices.Backward(values) {
		b.PrependFloat64(value)
	}
	return b.EndVector(len(values))
}
