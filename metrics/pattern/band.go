package pattern

import (
	"math"
	"slices"
)

// Band is the range in which a figure usually lies. The zero Band is none: too little
// is known.
type Band struct {
	Low, Middle, High float64
	Known             bool
}

// Outside reports whether a figure is not in the band.
func (b Band) Outside(figure float64) bool {
	return b.Known && (figure < b.Low || figure > b.High)
}

// z makes a band of nine in ten.
const z = 1.645

// countBand returns the band of a count by its values on other days. Counts of calls vary
// more than chance alone makes them: dispersion is the k of a negative binomial
// distribution, whose variance is μ + μ²/k.
func countBand(values []float64, dispersion float64) Band {
	if len(values) < MinWeeks {
		return Band{}
	}
	mean := trimmedMean(values)
	half := z * math.Sqrt(mean+mean*mean/dispersion)
	return Band{Low: max(0, mean-half), Middle: mean, High: mean + half, Known: true}
}

// meanBand returns the band of a mean or a share by its values on other days. least is
// the standard deviation that chance alone gives it.
func meanBand(values []float64, least float64) Band {
	if len(values) < MinWeeks {
		return Band{}
	}
	mean := trimmedMean(values)
	half := z * max(least, deviation(values))
	return Band{Low: mean - half, Middle: mean, High: mean + half, Known: true}
}

// trimmedMean returns the mean without the least and the greatest of five values or more,
// so that one strange day does not move it.
func trimmedMean(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	if len(sorted) >= 5 {
		sorted = sorted[1 : len(sorted)-1]
	}
	return mean(sorted)
}

func mean(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	return sum / float64(len(values))
}

// deviation returns the standard deviation of a sample.
func deviation(values []float64) float64 { return math.Sqrt(variance(values)) }

func variance(values []float64) float64 {
	if len(values) < 2 {
		return 0
	}
	m, sum := mean(values), 0.0
	for _, v := range values {
		sum += (v - m) * (v - m)
	}
	return sum / float64(len(values)-1)
}

// The bounds of a dispersion: of counts that vary like chance alone, and of those that
// nothing can be said about.
const (
	maxDispersion = 1000
	minDispersion = 3
)

// dispersion returns the k that the counts of all hours have together. hours has for
// each hour its counts on the days.
func dispersion(hours [24][]float64) float64 {
	squares, surplus := 0.0, 0.0
	for _, counts := range hours {
		if len(counts) < MinWeeks {
			continue
		}
		m := mean(counts)
		squares += m * m
		surplus += variance(counts) - m
	}
	if surplus <= 0 {
		return maxDispersion
	}
	return min(max(squares/surplus, minDispersion), maxDispersion)
}
