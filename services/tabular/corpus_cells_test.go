package tabular_test

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"
)

// A cell of the corpus is its text and what it says: a string (texts, codes), a
// float64, a bool, a time.Time, a place, or nil for no value.
type cell struct {
	text  string
	truth any
}

// place is a point, x (longitude or easting) first.
type place [2]float64

// maker writes the cell of a row.
type maker func(r *rand.Rand, row int) cell

func text(s string) cell { return cell{s, s} }

// serial numbers the rows after a prefix.
func serial(prefix string, width int) maker {
	return func(_ *rand.Rand, row int) cell { return text(fmt.Sprintf("%s%0*d", prefix, width, row+1)) }
}

// rank numbers the rows, as numbers.
func rank(r *rand.Rand, row int) cell { return cell{strconv.Itoa(row + 1), float64(row + 1)} }

func oneOf(values ...string) maker {
	return func(r *rand.Rand, _ int) cell { return text(values[r.IntN(len(values))]) }
}

// inTurn gives the values one after the other.
func inTurn(values ...string) maker {
	return func(_ *rand.Rand, row int) cell { return text(values[row%len(values)]) }
}

var (
	species  = oneOf("Tilia cordata", "Platanus × hispanica", "Acer campestre", "Quercus ilex", "Celtis australis", "Ginkgo biloba 'Autumn Gold'")
	common   = oneOf("tilleul à petites feuilles", "chêne vert", "micocoulier", "érable champêtre", "if", "œillet d’Inde")
	streets  = oneOf("Quai Gayant", "rue de l’Abbé-Grégoire", "place d'Armes", "av. du Général-de-Gaulle", "chemin des Prés-Rasclaux", "ZA \"Les Portes\"")
	towns    = oneOf("Alès", "Bayonne", "Fécamp", "Niort", "Saint-Omer", "Vitré", "L'Haÿ-les-Roses")
	people   = oneOf("Mme Lefèvre", "M. N’Guyen", "Société Élagage & Fils", "régie", "Dupont; Durand et associés")
	remarks  = oneOf("", "RAS", "à revoir\nau printemps", "dit « le vieux » ; taillé en 2019", "voir courrier n°12, \"urgent\"", "1/2 à gauche", "12", "=somme", "ok")
	addresss = oneOf("12 rue de la Gare", "3 bis, place du Marché", "ZI Nord", "1er étage, 5 quai Sud")
)

// whole are whole numbers, with a separator of thousands (or none).
func whole(low, high int, thousands string) maker {
	return func(r *rand.Rand, _ int) cell {
		n := low + r.IntN(high-low+1)
		return cell{inThousands(strconv.Itoa(n), thousands), float64(n)}
	}
}

func inThousands(digits, by string) string {
	sign := ""
	if strings.HasPrefix(digits, "-") {
		sign, digits = "-", digits[1:]
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + by + digits[i:]
	}
	return sign + digits
}

// decimal are numbers with so many decimals.
func decimal(low, high float64, places int, mark, thousands string) maker {
	return func(r *rand.Rand, _ int) cell {
		written := strconv.FormatFloat(low+r.Float64()*(high-low), 'f', places, 64)
		value, _ := strconv.ParseFloat(written, 64)
		before, after, _ := strings.Cut(written, ".")
		return cell{inThousands(before, thousands) + mark + after, value}
	}
}

func comma(low, high float64, places int) maker { return decimal(low, high, places, ",", "") }
func point(low, high float64, places int) maker { return decimal(low, high, places, ".", "") }

// with adds a unit to what another writes.
func with(m maker, unit string) maker {
	return func(r *rand.Rand, row int) cell { c := m(r, row); c.text += unit; return c }
}

// gaps leaves one cell in so many without a value, by one of the words.
func gaps(m maker, one int, words ...string) maker {
	return func(r *rand.Rand, row int) cell {
		if r.IntN(one) == 0 {
			return cell{words[r.IntN(len(words))], nil}
		}
		return m(r, row)
	}
}

var paris = func() *time.Location {
	loc, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		panic(err)
	}
	return loc
}()

// day writes days of fifteen years in a layout of the time package.
func day(layout string) maker {
	return func(r *rand.Rand, _ int) cell {
		d := time.Date(2010, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, r.IntN(15*365))
		return cell{d.Format(layout), d}
	}
}

// firstDays never goes beyond the twelfth: nobody can tell day from month.
func firstDays(layout string) maker {
	return func(r *rand.Rand, _ int) cell {
		d := time.Date(2010+r.IntN(10), time.Month(1+r.IntN(12)), 1+r.IntN(12), 0, 0, 0, 0, time.UTC)
		return cell{d.Format(layout), d}
	}
}

// rareDays has its only day after the twelfth far down the file.
func rareDays(layout string) maker {
	early := firstDays(layout)
	return func(r *rand.Rand, row int) cell {
		if row == 90 {
			d := time.Date(2016, 2, 25, 0, 0, 0, 0, time.UTC)
			return cell{d.Format(layout), d}
		}
		return early(r, row)
	}
}

// instant writes minutes of a year, in Paris time where the layout has no zone.
func instant(layout string) maker {
	return func(r *rand.Rand, _ int) cell {
		at := time.Date(2023, 1, 1, 0, 0, 0, 0, paris).Add(time.Duration(r.IntN(365*24*60)) * time.Minute)
		return cell{at.Format(layout), at}
	}
}

var months = []string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"}

func writtenDay(r *rand.Rand, row int) cell {
	c := day(time.DateOnly)(r, row)
	d, _ := c.truth.(time.Time)
	number := strconv.Itoa(d.Day())
	if d.Day() == 1 {
		number = "1er"
	}
	return cell{fmt.Sprintf("%s %s %d", number, months[d.Month()-1], d.Year()), d}
}

func flag(yes, no string) maker {
	return func(r *rand.Rand, _ int) cell {
		if r.IntN(3) == 0 {
			return cell{yes, true}
		}
		return cell{no, false}
	}
}

// digits is a number of so many digits, zeros in front.
func digits(width, most int) maker {
	return func(r *rand.Rand, _ int) cell { return text(fmt.Sprintf("%0*d", width, r.IntN(most))) }
}

func insee(r *rand.Rand, _ int) cell {
	return text([]string{"30007", "64102", "76259", "79191", "62765", "35360", "01004", "2A004", "2B033", "97411", "04070"}[r.IntN(11)])
}

func postcode(r *rand.Rand, _ int) cell {
	return text([]string{"30100", "64100", "76400", "79000", "62500", "35500", "01500", "04000", "20000", "97400", "75116"}[r.IntN(11)])
}

// luhn ends digits with their key.
func luhn(digits string) string {
	sum := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 0 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return digits + strconv.Itoa((10-sum%10)%10)
}

func newSIREN(r *rand.Rand) string { return luhn(fmt.Sprintf("%08d", 10_000_000+r.IntN(80_000_000))) }

func siren(r *rand.Rand, _ int) cell { return text(newSIREN(r)) }

// lowSIREN start with zeros, as the oldest do.
func lowSIREN(r *rand.Rand, _ int) cell { return text(luhn(fmt.Sprintf("%08d", r.IntN(9_000_000)))) }

func siret(r *rand.Rand, _ int) cell {
	return text(luhn(newSIREN(r) + fmt.Sprintf("%04d", r.IntN(300))))
}

func phone(r *rand.Rand, _ int) cell {
	n := fmt.Sprintf("%08d", r.IntN(100_000_000))
	pairs := n[:2] + " " + n[2:4] + " " + n[4:6] + " " + n[6:]
	return text([]string{"04 " + pairs, "06." + strings.ReplaceAll(pairs, " ", "."), "05" + n, "+33 2 " + pairs}[r.IntN(4)])
}

// Around Alès.
func somewhere(r *rand.Rand) place { return place{4.05 + r.Float64()*0.06, 44.10 + r.Float64()*0.05} }

func axis(low, high float64, places int, mark string) maker {
	return decimal(low, high, places, mark, "")
}

func pair(format string, latitudeFirst bool) maker {
	return func(r *rand.Rand, _ int) cell {
		p := somewhere(r)
		p[0], p[1] = math.Round(p[0]*1e6)/1e6, math.Round(p[1]*1e6)/1e6
		if latitudeFirst {
			return cell{fmt.Sprintf(format, p[1], p[0]), p}
		}
		return cell{fmt.Sprintf(format, p[0], p[1]), p}
	}
}

// ring is a small square; its place is nil: only points have one.
func ring(r *rand.Rand, _ int) cell {
	p := somewhere(r)
	x, y := p[0], p[1]
	return text(fmt.Sprintf("POLYGON ((%.5f %.5f, %.5f %.5f, %.5f %.5f, %.5f %.5f))", x, y, x+.001, y, x, y+.001, x, y))
}

func ewkb(r *rand.Rand, _ int) cell {
	p := somewhere(r)
	raw := binary.LittleEndian.AppendUint32([]byte{1}, 0x20000001)
	raw = binary.LittleEndian.AppendUint32(raw, 4326)
	for _, v := range p {
		raw = binary.LittleEndian.AppendUint64(raw, math.Float64bits(v))
	}
	return text(strings.ToUpper(hex.EncodeToString(raw)))
}
