package dashboard

import (
	"fmt"
	"math"
	"reflect"

	"exotel-monitor/metrics"
	"exotel-monitor/metrics/calls"
	"exotel-monitor/metrics/pattern"
	"exotel-monitor/ui/chart"
	"exotel-monitor/ui/text"
)

// ApplyUsual shows what is usual for the calls of a query, unless others are shown.
func (d *Screen) ApplyUsual(u pattern.Usual, q calls.Query) {
	if !sameCalls(q, d.Shown.Query) {
		return
	}
	d.usual, d.usualOf = u, q
	d.showFigures()
	d.showChart()
	d.View.Refresh()
}

// usualNow returns what is usual for the calls that are shown, the zero Usual if that is
// not known.
func (d *Screen) usualNow() pattern.Usual {
	if !d.usualRead() {
		return pattern.Usual{}
	}
	return d.usual
}

// usualRead reports whether the store has answered what is usual for the day that is
// shown.
func (d *Screen) usualRead() bool {
	return d.Shown.Period.Days() == 1 && sameCalls(d.usualOf, d.Shown.Query)
}

// sameCalls reports whether two queries are of the same calls, whatever the time.
func sameCalls(a, b calls.Query) bool {
	a.Now, b.Now = metrics.Date{}.In(a.Now.Location()), metrics.Date{}.In(a.Now.Location())
	return reflect.DeepEqual(a, b)
}

// usualText is what a card says of usual. Different says that a figure of all calls is
// outside.
type usualText struct {
	words     string
	different bool
}

// usualTexts returns what the cards say of usual, in their order.
func (d *Screen) usualTexts() (texts [6]usualText) {
	u, sum := d.usualNow(), d.Shown.Summary
	if sum == nil || !d.usualRead() {
		return texts
	}
	if u.Weeks < pattern.MinWeeks {
		for i := range cardUnreached { // the others have a usual
			texts[i].words = text.Tr("usual not known yet")
		}
		return texts
	}
	count := func(n float64) string { return d.format.Count(int(math.Round(n))) }
	share := func(p float64) string { return fmt.Sprintf("%d%%", int(math.Round(100*p))) }
	length := func(seconds float64) string { return metrics.Duration(int(math.Round(seconds))) }
	set := func(card int, b pattern.Band, figure float64, write func(float64) string, difference string) {
		if !b.Known {
			return
		}
		texts[card].words = text.Tr("usual %s–%s", write(b.Low), write(b.High))
		if texts[card].different = d.Shown.Complete && b.Outside(figure); texts[card].different {
			texts[card].words += " · " + difference
		}
	}
	total, missed := float64(sum.Calls()), float64(sum.Counts.Unanswered())
	set(cardCalls, u.Calls, total, count, signed(total-u.Calls.Middle, count))
	set(cardMissed, u.Missed, missed, count, signed(missed-u.Missed.Middle, count))
	texts[cardPeak].words = text.Tr("usual %s", d.format.HourRange(peakOf(u)))
	if ended := sum.Counts.Ended(); ended > 0 {
		rate := float64(sum.Counts[metrics.Answered]) / float64(ended)
		set(cardAnswerRate, u.Answered, rate, share, text.Tr("%s pts", signed(100*(rate-u.Answered.Middle), count)))
	}
	if mean := sum.Duration; mean.N > 0 {
		seconds := float64(mean.Sum) / float64(mean.N)
		set(cardDuration, u.Duration, seconds, length, signed(seconds-u.Duration.Middle, length))
	}
	return texts
}

// peakOf returns the hour with the most calls on a usual day.
func peakOf(u pattern.Usual) (peak int) {
	for hour, b := range u.Hours {
		if b.Middle > u.Hours[peak].Middle {
			peak = hour
		}
	}
	return peak
}

// signed writes a difference with its sign.
func signed(difference float64, write func(float64) string) string {
	if difference < 0 {
		return "−" + write(-difference)
	}
	return "+" + write(difference)
}

// withUsual adds what is usual to the bars of hours, and leaves out the hours before and
// after the day in which there are never calls. It returns the first hour that is left.
func withUsual(bars []chart.Bar, u pattern.Usual) (shown []chart.Bar, first int) {
	const never = 0.5 // calls in the hour on a usual day
	if u.Weeks < pattern.MinWeeks {
		return bars, 0
	}
	last := -1
	for hour := range bars {
		bars[hour].Usual = u.Hours[hour].Middle
		if (bars[hour].Parts == [chart.Outcomes]int{}) && u.Hours[hour].Middle < never {
			continue
		}
		if last < 0 {
			first = hour
		}
		last = hour
	}
	if last < 0 {
		return bars, 0
	}
	return bars[first : last+1], first
}

// usualHour says what is usual in an hour, for the read-out.
func (d *Screen) usualHour(hour int) []string {
	b := d.usualNow().Hours[hour]
	if !b.Known {
		return nil
	}
	return []string{text.Tr("usual %s–%s", d.format.Count(int(math.Round(b.Low))), d.format.Count(int(math.Round(b.High))))}
}

// usualName names the line of what is usual, "" for none.
func usualName(u pattern.Usual) string {
	if u.Weeks < pattern.MinWeeks {
		return ""
	}
	return text.Tr("usual")
}
