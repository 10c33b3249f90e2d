package heat

import (
	"encoding/hex"
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"acvdata/services/fault"
)

// Uplink is a message of a device, whatever network server relayed it.
type Uplink struct {
	Serial   string // DevEUI in capitals
	Name     string // as the network server calls the device
	Counter  int64  // of the device's messages; starts again at 0 when it joins anew
	At       time.Time
	Measures map[Quantity]float64
}

// chirpStack is the part of ChirpStack v4's event "up" that counts
// (integration.UplinkEvent, JSON encoding). Members of value 0 are left out by
// the server: the first message has no fCnt.
type chirpStack struct {
	Time       time.Time `json:"time"`
	DeviceInfo struct {
		DevEUI     string `json:"devEui"`
		DeviceName string `json:"deviceName"`
	} `json:"deviceInfo"`
	FCnt   int64           `json:"fCnt"`
	Object json.RawMessage `json:"object"`
}

// things is the part of The Things Stack v3's uplink message that counts.
type things struct {
	Device struct {
		ID     string `json:"device_id"`
		DevEUI string `json:"dev_eui"`
	} `json:"end_device_ids"`
	ReceivedAt time.Time `json:"received_at"`
	Message    *struct {
		FCnt       int64           `json:"f_cnt"`
		ReceivedAt time.Time       `json:"received_at"`
		Decoded    json.RawMessage `json:"decoded_payload"`
		Normalized json.RawMessage `json:"normalized_payload"`
	} `json:"uplink_message"`
}

// ParseChirpStack reads an event "up" of ChirpStack v4. What cannot be used is
// an invalid fault that says what to change on the server.
func ParseChirpStack(body []byte) (Uplink, error) {
	var m chirpStack
	if err := json.Unmarshal(body, &m); err != nil {
		return Uplink{}, fault.New(fault.Invalid, "heat.fault.uplink_json", fault.Because(err))
	}
	u := Uplink{Serial: m.DeviceInfo.DevEUI, Name: m.DeviceInfo.DeviceName, Counter: m.FCnt, At: m.Time}
	u.Measures = measures(m.Object)
	return u, u.tidy()
}

// ParseThings reads an uplink message of The Things Stack v3.
func ParseThings(body []byte) (Uplink, error) {
	var m things
	if err := json.Unmarshal(body, &m); err != nil {
		return Uplink{}, fault.New(fault.Invalid, "heat.fault.uplink_json", fault.Because(err))
	}
	u := Uplink{Serial: m.Device.DevEUI, Name: m.Device.ID, At: m.ReceivedAt}
	if m.Message == nil {
		return u, fault.New(fault.Invalid, "heat.fault.uplink_kind")
	}
	u.Counter = m.Message.FCnt
	if !m.Message.ReceivedAt.IsZero() {
		u.At = m.Message.ReceivedAt
	}
	if u.Measures = measures(m.Message.Normalized); len(u.Measures) == 0 {
		u.Measures = measures(m.Message.Decoded)
	}
	return u, u.tidy()
}

const longestDeviceName = 120

// tidy puts the uplink in canonical form and refuses what nobody can place.
func (u *Uplink) tidy() error {
	u.Serial = strings.ToUpper(strings.NewReplacer("-", "", ":", "", " ", "").Replace(u.Serial))
	if raw, err := hex.DecodeString(u.Serial); err != nil || len(raw) != 8 {
		return fault.New(fault.Invalid, "heat.fault.uplink_serial")
	}
	u.Name = cut(u.Name, longestDeviceName)
	if u.Counter < 0 {
		return fault.New(fault.Invalid, "heat.fault.uplink_json")
	}
	u.At = u.At.UTC().Truncate(time.Second)
	if len(u.Measures) == 0 {
		return fault.New(fault.Invalid, "heat.fault.uplink_empty")
	}
	return nil
}

// names are what decoders call the quantities, without case or separators.
var names = map[Quantity][]string{
	Temperature: {
		"temperature", "temp", "airtemperature", "temperaturec", "tempc", "tempcsht", "temperaturecelsius", "tempcelsius",
		"ambienttemperature", "airtemp", "temperature1",
	},
	Humidity: {
		"humidity", "hum", "relativehumidity", "airhumidity", "humsht", "rh", "humidite", "relativehumidity2", "humiditypercent",
		"relativehumidity1",
	},
}

// deepestObject bounds the search inside what a decoder gives.
const deepestObject = 4

// measures finds the quantities in a decoded payload, however it is nested; a
// name nearer the top wins.
func measures(raw json.RawMessage) map[Quantity]float64 {
	var decoded any
	if len(raw) == 0 || json.Unmarshal(raw, &decoded) != nil {
		return nil
	}
	found := map[Quantity]float64{}
	level := []any{decoded}
	for range deepestObject {
		var below []any
		for _, value := range level {
			switch v := value.(type) {
			case map[string]any:
				below = append(below, pick(v, found)...)
			case []any:
				below = append(below, v...)
			}
		}
		level = below
	}
	return found
}

// pick takes the quantities of one object and gives what is nested in it, in
// the order of its names.
func pick(object map[string]any, found map[Quantity]float64) (nested []any) {
	keys := make([]string, 0, len(object))
	for key := range object {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, key := range keys {
		plain := strings.NewReplacer("_", "", "-", "", " ", "", ".", "").Replace(strings.ToLower(key))
		matched := false
		for q, list := range names {
			value, ok := number(object[key])
			if _, has := found[q]; ok && !has && slices.Contains(list, plain) {
				found[q], matched = value, true
			}
		}
		if !matched {
			nested = append(nested, object[key])
		}
	}
	return nested
}

// mostReadable is the largest number taken for a measure; a broken decoder's
// garbage beyond it is no reading at all.
const mostReadable = 1e6

// number reads a number, or a number in quotes; {"value": 21.3} counts too.
func number(v any) (float64, bool) {
	switch x := v.(type) {
	case float64:
		return x, math.Abs(x) < mostReadable
	case string:
		n, err := strconv.ParseFloat(strings.Replace(strings.TrimSpace(x), ",", ".", 1), 64)
		return n, err == nil && math.Abs(n) < mostReadable
	case map[string]any:
		if inner, has := x["value"].(float64); has {
			return inner, math.Abs(inner) < mostReadable
		}
	}
	return 0, false
}

// cut keeps a text's first characters.
func cut(text string, most int) string {
	if r := []rune(text); len(r) > most {
		return string(r[:most])
	}
	return text
}
