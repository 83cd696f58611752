package text

import (
	"fmt"
	"strings"
	"unicode"

	"exotel-monitor/exotel"
	"exotel-monitor/metrics"
)

// grouped writes an Indian phone number the way it is dialled there, in groups; ""
// for another one.
func grouped(number string) string {
	key := exotel.NumberKey(number)
	prefix, ours := strings.CutSuffix(strings.TrimPrefix(number, "+"), key)
	if !ours || len(key) != 10 || prefix != "91" && (prefix != "0" && prefix != "" || number[0] == '+') {
		return ""
	}
	area := 3
	switch {
	case strings.Contains("11 20 22 33 40 44 79 80", key[:2]):
		area = 2
	case key[0] >= '6': // a mobile number
		return "0" + key[:5] + " " + key[5:]
	}
	return "0" + key[:area] + " " + key[area:6] + " " + key[6:]
}

// printed is a character as it is shown. What cannot be seen becomes a space, but for
// the joiners.
func printed(r rune) rune {
	if unicode.IsPrint(r) || r == '\u200c' || r == '\u200d' {
		return r
	}
	return ' '
}

// Dotted joins the parts of a line that are there.
func Dotted(parts ...string) string {
	var there []string
	for _, part := range parts {
		if part != "" {
			there = append(there, part)
		}
	}
	return strings.Join(there, " · ")
}

// Unknown stands for a figure that there is none of.
const Unknown = "—"

// fewCalls is below how many calls a decimal of a per cent would claim more
// than the calls can tell.
const fewCalls = 100

// Percent writes a part of a whole in per cent, with a decimal where there are calls
// enough for it.
func Percent(part, whole int) string {
	if whole < fewCalls {
		return fmt.Sprintf("%d%%", (200*part+whole)/(2*whole)) // not from tenths: that would round twice
	}
	tenths, _ := metrics.Share(part, whole)
	return metrics.Percent(tenths)
}

// NoBreak is a space at which no line breaks.
const NoBreak = "\u00a0"

// Together keeps a part on one line.
func Together(part string) string { return strings.ReplaceAll(part, " ", NoBreak) }

// Months says for how long calls are kept; 0 months is for ever.
func Months(months int) string {
	if months == 0 {
		return Tr("Forever")
	}
	return TrN(months, "%d months", months)
}

// ClockLength writes seconds as m:ss, or h:mm:ss from an hour on: for tables.
func ClockLength(seconds int) string {
	if seconds >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", seconds/3600, seconds/60%60, seconds%60)
	}
	return fmt.Sprintf("%d:%02d", seconds/60, seconds%60)
}
