package thermal_test

import (
	"math"
	"testing"

	"acvdata/modules/heat/thermal"
)

// Published check values: Masterson and Richardson (1979) for the humidex.
func TestHumidexMeetsPublishedValues(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ t, rh, want float64 }{{30, 40, 33.85}, {35, 40, 41.91}} {
		if got := thermal.Humidex(c.t, c.rh); math.Abs(got-c.want) > 0.01 {
			t.Errorf("humidex(%g, %g) = %.2f, want %.2f", c.t, c.rh, got, c.want)
		}
	}
}

// Published check values: the chart of the National Weather Service (90 °F and
// 100 % give 132 °F) and 35 °C with 40 %.
func TestHeatIndexMeetsPublishedValues(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ t, rh, want, within float64 }{
		{(90.0 - 32) * 5 / 9, 100, (132.0 - 32) * 5 / 9, 0.28}, // whole °F in the chart
		{35, 40, 37.22, 0.01},
	} {
		got, ok := thermal.HeatIndex(c.t, c.rh)
		if !ok || math.Abs(got-c.want) > c.within {
			t.Errorf("heat index(%g, %g) = %.2f, %v, want %.2f", c.t, c.rh, got, ok, c.want)
		}
	}
	if _, ok := thermal.HeatIndex(20, 50); ok {
		t.Error("the heat index is not defined at 20 °C")
	}
}

func TestComfortClassesStartAtTheirLimit(t *testing.T) {
	t.Parallel()
	for humidex, want := range map[float64]thermal.Comfort{
		29.9: thermal.Fine, 30: thermal.Some, 40: thermal.Great, 45: thermal.Dangerous,
	} {
		if got := thermal.ComfortOf(humidex); got != want {
			t.Errorf("%g is %s, want %s", humidex, got, want)
		}
	}
}
