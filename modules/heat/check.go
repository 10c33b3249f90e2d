package heat

// Flags are what checks on arrival doubt of a reading, as bits. A flagged
// reading is kept as it came, shown as doubtful and left out of figures.
type Flags int16

// The checks ("contrôles à l’arrivée").
const (
	OutOfRange Flags = 1
	Jump       Flags = 2
	Stuck      Flags = 4
)

// LabelKey is the message key of a single flag's name.
func (f Flags) LabelKey() string {
	switch f {
	case OutOfRange:
		return "heat.flag.range"
	case Jump:
		return "heat.flag.jump"
	case Stuck:
		return "heat.flag.stuck"
	}
	return "heat.flag.several"
}

// limits are the checks of one quantity. The values are those of RUBclim/d2r-api
// (Dortmund), taken there from the WMO's guide to instruments (WMO-No. 8).
type limits struct {
	lowest, highest float64
	jump            float64 // most change a minute
	stuckHours      float64 // longest time on one value
}

var limitsOf = map[Quantity]limits{
	Temperature: {lowest: -40, highest: 50, jump: 0.3, stuckHours: 3},
	Humidity:    {lowest: 0, highest: 100, jump: 4, stuckHours: 5},
}

// A value stands still from as many equal readings on, however long that takes:
// an hourly series may well say 14.2 °C three times on a foggy night.
const stuckReadings = 6

// Neighbouring readings farther apart than this are not compared.
const jumpMinutes = 60

// checkReach is how far around new readings others may have to be judged anew,
// in hours: the longest stuckHours and one more.
const checkReach = 6
