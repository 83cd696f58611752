package dashboard

import (
	"strings"

	"exotel-monitor/metrics"
	"exotel-monitor/metrics/refresh"
	"exotel-monitor/ui/chart"
	"exotel-monitor/ui/text"
)

// This file turns a summary into the texts of the cards, the legend and the
// read-out. It knows no widgets.

// cardText is what a card shows.
type cardText struct{ figure, sub string }

func callsText(s *refresh.Snapshot, f text.Format) cardText {
	sum := s.Summary
	live := text.Tr("%s live", f.Count(sum.Counts[metrics.Live]))
	if s.LiveOutdated && sum.Counts[metrics.Live] > 0 {
		live = text.Tr("up to %s live", f.Count(sum.Counts[metrics.Live]))
	}
	parts := []string{f.Span(s), text.Together(live)}
	stuck := sum.Outcomes[metrics.EndUnknown]
	if stuck > 0 {
		parts = append(parts, text.Together(text.Tr("%s end not known", f.Count(stuck))))
	}
	if n := sum.Counts[metrics.Other] - stuck; n > 0 {
		parts = append(parts, otherText(n, f))
	}
	return cardText{f.Count(sum.Calls()), strings.Join(parts, " · ")}
}

// otherText counts the calls whose status Exotel does not document.
func otherText(n int, f text.Format) string {
	return text.Together(text.TrN(n, "%s with other statuses", f.Count(n)))
}

func answerRateText(sum *metrics.Summary, f text.Format) cardText {
	answered, ended := sum.Counts[metrics.Answered], sum.Counts.Ended()
	if ended == 0 {
		return cardText{text.Unknown, text.Tr("no ended calls")}
	}
	sub := text.Tr("%s of %s ended", f.Count(answered), f.Count(ended))
	if _, ok := sum.TalkRate(); ok {
		rate, of := text.Percent(sum.Outcomes[metrics.Talked], sum.Outcomes.Known()), sum.Outcomes.Known()
		if of == ended {
			sub += " · " + text.Together(text.Tr("%s spoke to a person", rate))
		} else {
			sub += " · " + text.Tr("%s of %s spoke to a person", rate, f.Count(of))
		}
	} else {
		sub += " · " + text.Tr("spoke to a person: %s (details for %s)", text.Unknown, f.Count(sum.WithDetails))
	}
	return cardText{text.Percent(answered, ended), sub}
}

func durationText(sum *metrics.Summary, f text.Format) cardText {
	seconds, ok := sum.Duration.Round()
	switch {
	case sum.Counts[metrics.Answered] == 0:
		return cardText{text.Unknown, text.Tr("no answered calls")}
	case !ok:
		return cardText{text.Unknown, text.Tr("no durations yet")}
	}
	sub := text.TrN(sum.Duration.N, "across %s answered calls", f.Count(sum.Duration.N))
	if talk, ok := sum.Talk.Round(); ok {
		sub += " · " + text.Tr("talk time %s across %s", text.Together(metrics.Duration(talk)), f.Count(sum.Talk.N))
	}
	return cardText{metrics.Duration(seconds), sub}
}

func peakText(sum *metrics.Summary, f text.Format) cardText {
	peak, ok := sum.PeakHour()
	if !ok {
		return cardText{text.Unknown, text.Tr("no calls")}
	}
	calls := f.CallCount(peak.Calls)
	switch mean, _ := (metrics.Mean{Sum: peak.Calls, N: peak.Days}).Round(); {
	case sum.Period.Days() == 1:
	case peak.Days == 1:
		calls = text.TrN(peak.Calls, "%s calls on 1 day with calls", f.Count(peak.Calls))
	case peak.Calls < peak.Days: // "0 calls a day" would be no peak
		calls = text.TrN(peak.Calls, "%s calls on %d days with calls", f.Count(peak.Calls), peak.Days)
	default:
		calls = text.TrN(mean, "%s calls a day on %d days with calls", f.Count(mean), peak.Days)
	}
	sub := f.HourRange(peak.Hours[0]) + " · " + calls
	if len(peak.Hours) > 1 {
		var others []string
		for _, hour := range peak.Hours[1:] {
			others = append(others, f.Hour(hour))
		}
		sub += " · " + text.Tr("also %s", strings.Join(others, ", "))
	}
	return cardText{f.Hour(peak.Hours[0]), sub}
}

func missedText(sum *metrics.Summary, f text.Format) cardText {
	if sum.Counts.Ended() == 0 {
		return cardText{text.Unknown, text.Tr("no ended calls")}
	}
	return cardText{f.Count(sum.Counts.Unanswered()), missedParts(sum.Counts, f)}
}

// unreachedText counts the callers who reached nobody.
func (d *Screen) unreachedText() cardText {
	u := d.unreached
	if u == nil {
		return cardText{"…", ""}
	}
	sub := text.Tr("reached nobody")
	if u.Again > 0 {
		sub += " · " + text.Together(text.Tr("%s tried again", d.format.Count(u.Again)))
	}
	return cardText{d.format.Count(len(u.Callers)), sub}
}

// missedParts lists why calls were not answered; canceled only where it occurs.
func missedParts(c metrics.Counts, f text.Format) string {
	parts := []string{
		text.Together(text.Tr("%s no answer", f.Count(c[metrics.NoAnswer]))),
		text.Together(text.Tr("%s busy", f.Count(c[metrics.Busy]))),
		text.Together(text.Tr("%s failed", f.Count(c[metrics.Failed]))),
	}
	if n := c[metrics.Canceled]; n > 0 {
		parts = append(parts, text.Together(text.Tr("%s cancelled", f.Count(n))))
	}
	return strings.Join(parts, " · ")
}

// stack orders a bar's calls as the legend does. The last part is everything
// that is neither answered nor missed, and canceled, so that the parts add up.
func stack(c metrics.Counts) [chart.Outcomes]int {
	return [chart.Outcomes]int{
		c[metrics.Answered], c[metrics.NoAnswer], c[metrics.Busy], c[metrics.Failed],
		c[metrics.Canceled] + c[metrics.Live] + c[metrics.Other],
	}
}

func readOutText(c metrics.Counts, f text.Format) []string {
	first := text.Tr("%s answered", f.Count(c[metrics.Answered]))
	if ended := c.Ended(); ended > 0 {
		first += " · " + text.Percent(c[metrics.Answered], ended)
	}
	lines := []string{first, missedParts(c, f)}
	var rest []string
	if n := c[metrics.Live]; n > 0 {
		rest = append(rest, text.Together(text.Tr("%s live", f.Count(n))))
	}
	if n := c[metrics.Other]; n > 0 {
		rest = append(rest, otherText(n, f))
	}
	if len(rest) > 0 {
		lines = append(lines, strings.Join(rest, " · "))
	}
	return lines
}

// legendTexts names the parts of the bars with their totals, without a summary with
// none. Of the last part each kind of calls is counted by itself; "" while it has none.
func legendTexts(sum *metrics.Summary, f text.Format) [chart.Outcomes]string {
	count := func(metrics.Status) string { return text.Unknown }
	if sum != nil {
		count = func(s metrics.Status) string { return f.Count(sum.Counts[s]) }
	}
	texts := [chart.Outcomes]string{
		text.Tr("Answered %s", count(metrics.Answered)), text.Tr("No answer %s", count(metrics.NoAnswer)),
		text.Tr("Busy %s", count(metrics.Busy)), text.Tr("Failed %s", count(metrics.Failed)),
	}
	if sum == nil {
		return texts
	}
	var rest []string
	for _, part := range []struct {
		status metrics.Status
		text   string
	}{
		{metrics.Canceled, text.Tr("Cancelled %s", count(metrics.Canceled))},
		{metrics.Live, text.Tr("Live %s", count(metrics.Live))},
		{metrics.Other, text.Tr("Other %s", count(metrics.Other))},
	} {
		if sum.Counts[part.status] > 0 {
			rest = append(rest, part.text)
		}
	}
	texts[chart.Outcomes-1] = strings.Join(rest, " · ")
	return texts
}

// Bars are the chart's: hours of one day, or days, weeks or months.
func barsOf(s *refresh.Snapshot, f text.Format) []chart.Bar {
	if s.Period.Days() == 1 {
		return hourBars(s, f)
	}
	var list []chart.Bar
	for _, days := range barDays(s.Period) {
		counts := countsOf(s.Summary, days)
		list = append(list, chart.Bar{
			Label: barLabel(days, s), Name: barName(days, s) + " · " + f.CallCount(counts.Total()), Parts: stack(counts), Open: open(days, s),
		})
	}
	return list
}

func hourBars(s *refresh.Snapshot, f text.Format) []chart.Bar {
	list := make([]chart.Bar, 24)
	today, read := s.Period.From == metrics.DateOf(s.Now), s.AsOf.In(s.Now.Location())
	for hour, counts := range s.Summary.Hours {
		list[hour] = chart.Bar{
			Label: f.ShortHour(hour),
			Name:  f.HourRange(hour) + " · " + f.CallCount(counts.Total()),
			Parts: stack(counts),
			Open:  !s.Complete || today && hour >= read.Hour() && hour <= s.Now.Hour(),
		}
	}
	return list
}
