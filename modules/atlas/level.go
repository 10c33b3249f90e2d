package atlas

// Level is how coarsely a record is shown: the SINP nomenclature SENSIBILITE,
// whose codes grow with what is hidden. (NIV_PRECIS looks alike and does not.)
type Level int16

// The closed list of levels.
const (
	Precise    Level = 0 // as recorded
	Commune    Level = 1 // the town as a whole
	Cell10     Level = 2 // the cell of 10 km in Lambert-93
	Department Level = 3 // no place but the department
	Hidden     Level = 4 // nothing at all
)

// Levels lists the levels, the most open first.
func Levels() []Level { return []Level{Precise, Commune, Cell10, Department, Hidden} }

var levelNames = map[Level]string{
	Precise: "precise", Commune: "commune", Cell10: "cell10", Department: "department", Hidden: "hidden",
}

// Known reports whether the level is of the list.
func (l Level) Known() bool { return levelNames[l] != "" }

// LabelKey is the message key of the level's name.
func (l Level) LabelKey() string { return "atlas.level." + levelNames[l] }

// parseLevel reads a code of the nomenclature, alone or before its label.
func parseLevel(text string) (Level, bool) {
	if text == "" || text[0] < '0' || text[0] > '4' || len(text) > 1 && text[1] >= '0' && text[1] <= '9' {
		return 0, false
	}
	return Level(text[0] - '0'), true
}
