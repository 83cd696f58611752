package ui

import (
	"fmt"
	"strings"

	"exotel-monitor/metrics"
	refresh "exotel-monitor/metrics/sync"
)

// This file turns a summary into the texts of the cards, the legend and the
// read-out. It knows no widgets.

// unknown stands for a figure that there is none of.
const unknown = "—"

// cardText is what a card shows.
type cardText struct{ figure, sub string }

// fewCalls is below how many calls a decimal of a per cent would claim more
// than the calls can tell.
const fewCalls = 100

func percent(part, whole int) string {
	if whole < fewCalls {
		return fmt.Sprintf("%d%%", (200*part+whole)/(2*whole)) // not from tenths: that would round twice
	}
	tenths, _ := metrics.Share(part, whole)
	return metrics.Percent(tenths)
}

// callCount writes a number of calls.
func callCount(n int, g metrics.Grouping) string {
	return trN(n, "%s call", "%s calls", g.Count(n))
}

func callsText(s *refresh.Snapshot, g metrics.Grouping) cardText {
	sum := s.Summary
	live := tr("%s live", g.Count(sum.Counts[metrics.Live]))
	if s.LiveUpTo && sum.Counts[metrics.Live] > 0 {
		live = tr("up to %s live", g.Count(sum.Counts[metrics.Live]))
	}
	parts := []string{spanText(s), together(live)}
	stuck := sum.Outcomes[metrics.EndUnknown]
	if stuck > 0 {
		parts = append(parts, together(tr("%s end not known", g.Count(stuck))))
	}
	if n := sum.Counts[metrics.Other] - stuck; n > 0 {
		parts = append(parts, otherText(n, g))
	}
	return cardText{g.Count(sum.Calls()), strings.Join(parts, " · ")}
}

// otherText counts the calls whose status Exotel does not document.
func otherText(n int, g metrics.Grouping) string {
	return together(trN(n, "%s with another status", "%s with other statuses", g.Count(n)))
}

// spanText says how much of the period the figures can cover.
func spanText(s *refresh.Snapshot) string {
	today := metrics.DateOf(s.Now)
	switch {
	case s.Period.Days() > 1:
		return tr("%d days", s.Period.Days())
	case s.Period.From == today:
		return tr("so far, until %s", s.AsOf.In(s.Now.Location()).Format("15:04"))
	case !s.AsOf.IsZero() && s.AsOf.Before(s.Period.End(s.Now.Location())):
		return tr("until %s", s.AsOf.In(s.Now.Location()).Format("15:04"))
	default:
		return tr("all day")
	}
}

func answerRateText(sum *metrics.Summary, g metrics.Grouping) cardText {
	answered, ended := sum.Counts[metrics.Answered], sum.Counts.Ended()
	if ended == 0 {
		return cardText{unknown, tr("no ended calls")}
	}
	sub := tr("%s of %s ended", g.Count(answered), g.Count(ended))
	if _, ok := sum.TalkRate(); ok {
		rate, of := percent(sum.Outcomes[metrics.Talked], sum.Outcomes.Known()), sum.Outcomes.Known()
		if of == ended {
			sub += " · " + together(tr("%s spoke to a person", rate))
		} else {
			sub += " · " + tr("%s of %s spoke to a person", rate, g.Count(of))
		}
	} else {
		sub += " · " + tr("spoke to a person: %s (details for %s)", unknown, g.Count(sum.WithDetails))
	}
	return cardText{percent(answered, ended), sub}
}

func durationText(sum *metrics.Summary, g metrics.Grouping) cardText {
	seconds, ok := sum.Duration.Rounded()
	switch {
	case sum.Counts[metrics.Answered] == 0:
		return cardText{unknown, tr("no answered calls")}
	case !ok:
		return cardText{unknown, tr("no durations yet")}
	}
	sub := trN(sum.Duration.N, "across %s answered call", "across %s answered calls", g.Count(sum.Duration.N))
	if talk, ok := sum.Talk.Rounded(); ok {
		sub += " · " + together(tr("talk time %s across %s", metrics.Duration(talk), g.Count(sum.Talk.N)))
	}
	return cardText{metrics.Duration(seconds), sub}
}

// noBreak is a space at which no line breaks.
const noBreak = "\u00a0"

// together keeps a part on one line.
func together(part string) string { return strings.ReplaceAll(part, " ", noBreak) }

func peakText(sum *metrics.Summary, g metrics.Grouping) cardText {
	peak, ok := sum.PeakHour()
	if !ok {
		return cardText{unknown, tr("no calls")}
	}
	calls := callCount(peak.Calls, g)
	switch mean, _ := (metrics.Mean{Sum: peak.Calls, N: peak.Days}).Rounded(); {
	case sum.Period.Days() == 1:
	case peak.Days == 1:
		calls = trN(peak.Calls, "%s call on 1 day with calls", "%s calls on 1 day with calls", g.Count(peak.Calls))
	case peak.Calls < peak.Days: // "0 calls a day" would be no peak
		calls = trN(peak.Calls, "%s call on %d days with calls", "%s calls on %d days with calls", g.Count(peak.Calls), peak.Days)
	default:
		calls = trN(mean, "%s call a day on %d days with calls", "%s calls a day on %d days with calls", g.Count(mean), peak.Days)
	}
	sub := metrics.HourRange(peak.Hours[0]) + " · " + calls
	if len(peak.Hours) > 1 {
		var others []string
		for _, hour := range peak.Hours[1:] {
			others = append(others, metrics.Hour(hour))
		}
		sub += " · " + tr("also %s", strings.Join(others, ", "))
	}
	return cardText{metrics.Hour(peak.Hours[0]), sub}
}

func missedText(sum *metrics.Summary, g metrics.Grouping) cardText {
	if sum.Counts.Ended() == 0 {
		return cardText{unknown, tr("no ended calls")}
	}
	return cardText{g.Count(sum.Counts.Unanswered()), missedParts(sum.Counts, g)}
}

// missedParts lists why calls were not answered; canceled only where it occurs.
func missedParts(c metrics.Counts, g metrics.Grouping) string {
	parts := []string{
		together(tr("%s no answer", g.Count(c[metrics.NoAnswer]))),
		together(tr("%s busy", g.Count(c[metrics.Busy]))),
		together(tr("%s failed", g.Count(c[metrics.Failed]))),
	}
	if n := c[metrics.Canceled]; n > 0 {
		parts = append(parts, together(tr("%s cancelled", g.Count(n))))
	}
	return strings.Join(parts, " · ")
}

// stack orders a bar's calls as the legend does. The last part is everything
// that is neither answered nor missed, and canceled, so that the parts add up.
func stack(c metrics.Counts) [outcomes]int {
	return [outcomes]int{
		c[metrics.Answered], c[metrics.NoAnswer], c[metrics.Busy], c[metrics.Failed],
		c[metrics.Canceled] + c[metrics.Live] + c[metrics.Other],
	}
}

func readOutText(c metrics.Counts, g metrics.Grouping) []string {
	first := tr("%s answered", g.Count(c[metrics.Answered]))
	if ended := c.Ended(); ended > 0 {
		first += " · " + percent(c[metrics.Answered], ended)
	}
	lines := []string{first, missedParts(c, g)}
	var rest []string
	if n := c[metrics.Live]; n > 0 {
		rest = append(rest, together(tr("%s live", g.Count(n))))
	}
	if n := c[metrics.Other]; n > 0 {
		rest = append(rest, otherText(n, g))
	}
	if len(rest) > 0 {
		lines = append(lines, strings.Join(rest, " · "))
	}
	return lines
}

// legendTexts names the parts of the bars with their totals, without a summary with
// none. Of the last part each kind of calls is counted by itself; "" while it has none.
func legendTexts(sum *metrics.Summary, g metrics.Grouping) [outcomes]string {
	count := func(metrics.Status) string { return unknown }
	if sum != nil {
		count = func(s metrics.Status) string { return g.Count(sum.Counts[s]) }
	}
	texts := [outcomes]string{
		tr("Answered %s", count(metrics.Answered)), tr("No answer %s", count(metrics.NoAnswer)),
		tr("Busy %s", count(metrics.Busy)), tr("Failed %s", count(metrics.Failed)),
	}
	if sum == nil {
		return texts
	}
	var rest []string
	for _, part := range []struct {
		status metrics.Status
		text   string
	}{
		{metrics.Canceled, tr("Cancelled %s", count(metrics.Canceled))},
		{metrics.Live, tr("Live %s", count(metrics.Live))},
		{metrics.Other, tr("Other %s", count(metrics.Other))},
	} {
		if sum.Counts[part.status] > 0 {
			rest = append(rest, part.text)
		}
	}
	texts[outcomes-1] = strings.Join(rest, " · ")
	return texts
}

// bars are the chart's: hours of one day, or days, weeks or months.
func bars(s *refresh.Snapshot, g metrics.Grouping) []bar {
	if s.Period.Days() == 1 {
		return hourBars(s, g)
	}
	var list []bar
	for _, days := range barDays(s.Period) {
		counts := countsOf(s.Summary, days)
		list = append(list, bar{
			Label: barLabel(days, s), Name: barName(days, s) + " · " + callCount(counts.Total(), g), Parts: stack(counts), Open: open(days, s),
		})
	}
	return list
}

func hourBars(s *refresh.Snapshot, g metrics.Grouping) []bar {
	list := make([]bar, 24)
	today, read := s.Period.From == metrics.DateOf(s.Now), s.AsOf.In(s.Now.Location())
	for hour, counts := range s.Summary.Hours {
		list[hour] = bar{
			Label: metrics.Hour(hour)[:2],
			Name:  metrics.HourRange(hour) + " · " + callCount(counts.Total(), g),
			Parts: stack(counts),
			Open:  !s.Complete || today && hour >= read.Hour() && hour <= s.Now.Hour(),
		}
	}
	return list
}

// periodText is the chosen days in words, with the zone they are in.
func periodText(s *refresh.Snapshot) string {
	const long, short = "Mon 2 Jan 2006", "Mon 2 Jan"
	from, to := s.Period.From.In(s.Now.Location()), s.Period.To.In(s.Now.Location())
	days := from.Format(long)
	switch {
	case from.Year() != to.Year():
		days += " – " + to.Format(long)
	case s.Period.Days() > 1:
		days = from.Format(short) + " – " + to.Format(long)
	}
	return tr("%s · account time zone %s", days, metrics.Zone(s.Now))
}
