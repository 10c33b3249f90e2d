package tile

import "math/bits"

// The wire types of protocol buffers used here.
const (
	varintWire  = 0
	fixed64Wire = 1
	bytesWire   = 2
)

// The fields of the tile, layer and feature messages (vector tile 2.1).
const (
	tileLayer = 3<<3 | bytesWire

	layerName    = 1<<3 | bytesWire
	layerFeature = 2<<3 | bytesWire
	layerKey     = 3<<3 | bytesWire
	layerValue   = 4<<3 | bytesWire
	layerExtent  = 5<<3 | varintWire
	layerVersion = 15<<3 | varintWire

	featureID       = 1<<3 | varintWire
	featureTags     = 2<<3 | bytesWire
	featureType     = 3<<3 | varintWire
	featureGeometry = 4<<3 | bytesWire

	typePoint  = 1
	moveToOnce = 1<<3 | 1
	version    = 2
)

func appendVarint(b []byte, v uint64) []byte {
	for v >= 0x80 {
		b = append(b, byte(v)|0x80)
		v >>= 7
	}
	return append(b, byte(v))
}

func appendText(b []byte, s string) []byte {
	return append(appendVarint(b, uint64(len(s))), s...)
}

func varintLen(v uint64) int { return (bits.Len64(v|1) + 6) / 7 }

func zigzag(v int64) uint64 { return uint64(v)<<1 ^ uint64(v>>63) }
