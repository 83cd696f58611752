package text

import (
	"fmt"
	"strings"
	"unicode"

	"exotel-monitor/exotel"
	"exotel-monitor/metrics"
	"exotel-monitor/ui/system/notify"
)

// NumbersHidden says that phone numbers are masked wherever they are shown. It
// belongs to Fyne's goroutine. What the user copies or exports stays whole.
var NumbersHidden bool

// MaskNumbers is a text with its phone numbers as the user wants to see them.
func MaskNumbers(text string) string {
	if NumbersHidden {
		return notify.HideNumbers(text)
	}
	return text
}

// Phone writes an ExoPhone's number in groups: an Indian one the way it is
// dialled there, another as it is. It is masked if the user wants that.
func Phone(number string) string {
	if NumbersHidden {
		return OneLine(number, 40)
	}
	key := exotel.NumberKey(number)
	prefix, ours := strings.CutSuffix(strings.TrimPrefix(number, "+"), key)
	if !ours || len(key) != 10 || prefix != "91" && (prefix != "0" && prefix != "" || number[0] == '+') {
		return OneLine(number, 40)
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

// OneLine makes a text from outside fit to be shown: no more than most
// characters, on one line, and nothing that is not seen. Joiners stay, which
// Indian scripts need; phone numbers as the user wants them.
func OneLine(text string, most int) string {
	text = text[:min(len(text), 8*most)] // it may be megabytes
	printed := strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) || r == '\u200c' || r == '\u200d' {
			return r
		}
		return ' '
	}, text)
	runes := []rune(MaskNumbers(strings.Join(strings.Fields(printed), " ")))
	if len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return string(runes)
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

func Percent(part, whole int) string {
	if whole < fewCalls {
		return fmt.Sprintf("%d%%", (200*part+whole)/(2*whole)) // not from tenths: that would round twice
	}
	tenths, _ := metrics.Share(part, whole)
	return metrics.Percent(tenths)
}

// CallCount writes a number of calls.
func CallCount(n int, g metrics.Grouping) string {
	return TrN(n, "%s calls", g.Count(n))
}

// NoBreak is a space at which no line breaks.
const NoBreak = "\u00a0"

// Together keeps a part on one line.
func Together(part string) string { return strings.ReplaceAll(part, " ", NoBreak) }

// Months is for how long calls are kept; 0 months is for ever.
func Months(months int) string {
	if months == 0 {
		return Tr("Forever")
	}
	return TrN(months, "%d months", months)
}
