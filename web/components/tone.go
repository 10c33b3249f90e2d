package components

// Tone is the meaning a colour carries; it never carries it alone.
type Tone string

// The closed list of tones; the zero value is neutral.
const (
	Neutral Tone = ""
	Brand   Tone = "brand"   // the town's accent, or the platform's green
	Heat    Tone = "heat"    // heat islands
	Data    Tone = "data"    // open data
	Nature  Tone = "nature"  // biodiversity
	OK      Tone = "ok"      // done, good
	Warning Tone = "warning" // to look at
	Danger  Tone = "danger"  // failed, destructive
)

// Steps from cool to hot, for what maps tell apart by temperature.
const (
	Coolest Tone = "fraicheur-6"
	Cool    Tone = "fraicheur-4"
	Mild    Tone = "chaleur-3"
	Warm    Tone = "chaleur-5"
	Warmest Tone = "chaleur-7"
)

// class gives "prefix prefix-tone", or "prefix" for the neutral tone.
func (t Tone) class(prefix string) string {
	if t == Neutral {
		return prefix
	}
	return prefix + " " + prefix + "-" + string(t)
}

// icon is the symbol that says the same as the colour.
func (t Tone) icon() string {
	switch t {
	case OK:
		return iconOK
	case Warning:
		return iconWarning
	case Danger:
		return iconDanger
	default:
		return iconInfo
	}
}

// Names of the icons chosen by code rather than in a template; the list keeps
// them in the sprite, which holds only the icons the sources name.
const (
	iconOK      = "circle-check"   // icon
	iconWarning = "triangle-alert" // icon
	iconDanger  = "octagon-x"      // icon
	iconInfo    = "info"           // icon
)
