package media

import (
	"bytes"
	"image"
	"math"
	"time"

	"github.com/bep/imagemeta"
	"github.com/kovidgoyal/imaging"

	"acvdata/services/i18n"
)

// orientation is the EXIF tag 0x0112: 1 is upright, 0 unknown.
type orientation int

// notes are what the file says of itself. Anything unreadable is left out: a
// photograph is worth keeping without them.
type notes struct {
	orientation orientation
	position    *Position
	taken       time.Time
}

// notes reads the EXIF of a file.
func (f format) notes(content []byte) (n notes) {
	tags := map[string]any{}
	content, kind := f.exif(content)
	_, _ = imagemeta.Decode(imagemeta.Options{ // what was read before a fault still counts
		R: bytes.NewReader(content), ImageFormat: kind, Sources: imagemeta.EXIF, LimitNumTags: 500,
		ShouldHandleTag: func(t imagemeta.TagInfo) bool { return wanted[t.Tag] },
		HandleTag: func(t imagemeta.TagInfo) error {
			if _, seen := tags[t.Tag]; !seen { // the embedded thumbnail has tags of the same name, later
				tags[t.Tag] = t.Value
			}
			return nil
		},
	})
	if o, ok := tags["Orientation"].(uint16); ok {
		n.orientation = orientation(o)
	}
	n.position, n.taken = position(tags), taken(tags)
	return n
}

var wanted = map[string]bool{
	"Orientation": true, "DateTimeOriginal": true, "OffsetTimeOriginal": true,
	"GPSLatitude": true, "GPSLatitudeRef": true, "GPSLongitude": true, "GPSLongitudeRef": true,
}

// position reads the GPS tags; nil when one is missing, out of range, or when
// both are zero, which devices write for "no fix yet".
func position(tags map[string]any) *Position {
	lat, northing := degrees(tags["GPSLatitude"], tags["GPSLatitudeRef"], "N", "S")
	lon, easting := degrees(tags["GPSLongitude"], tags["GPSLongitudeRef"], "E", "W")
	if !northing || !easting || math.Abs(lat) > 90 || math.Abs(lon) > 180 || lat == 0 && lon == 0 {
		return nil
	}
	return &Position{Lon: lon, Lat: lat}
}

// degrees gives a signed angle from its magnitude and its letter.
func degrees(value, reference any, positive, negative string) (angle float64, ok bool) {
	angle, ok = value.(float64)
	letter, _ := reference.(string)
	if !ok || math.IsNaN(angle) || math.IsInf(angle, 0) || letter != positive && letter != negative {
		return 0, false
	}
	if letter == negative {
		angle = -angle
	}
	return angle, true
}

// taken reads the moment of the photograph. Without an offset the clock is
// taken for French time.
func taken(tags map[string]any) time.Time {
	clock, _ := tags["DateTimeOriginal"].(string)
	if offset, _ := tags["OffsetTimeOriginal"].(string); offset != "" {
		if t, err := time.Parse("2006:01:02 15:04:05-07:00", clock+offset); err == nil {
			return t
		}
	}
	t, err := time.ParseInLocation("2006:01:02 15:04:05", clock, i18n.Paris)
	if err != nil {
		return time.Time{}
	}
	return t
}

// upright turns a picture the way it was seen.
func (o orientation) upright(img image.Image) image.Image {
	turn := map[orientation]func(image.Image) image.Image{
		2: imaging.FlipH, 3: imaging.Rotate180, 4: imaging.FlipV, 5: imaging.Transpose,
		6: imaging.Rotate270, 7: imaging.Transverse, 8: imaging.Rotate90,
	}[o]
	if turn == nil {
		return img
	}
	return turn(img)
}
