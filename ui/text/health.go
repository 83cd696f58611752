package text

import (
	"cmp"
	"time"

	"exotel-monitor/heartbeat"
)

// LevelSentence says in one line how the ExoPhones are: the level, what is
// affected, and since when.
func (f Format) LevelSentence(h heartbeat.Health, now time.Time) string {
	return h.Level.String() + " · " + f.Health(h, now)
}

// Health says what LevelSentence does, without the level.
func (f Format) Health(h heartbeat.Health, now time.Time) string {
	switch h.Level {
	case heartbeat.OK:
		return Dotted(cmp.Or(failedText(h), wellText(h)), Tr("checked %s", f.DayClock(h.ReportedAt, now)))
	case heartbeat.Warning, heartbeat.Critical:
		return Dotted(affectedText(h), f.Since(h.Since, now))
	case heartbeat.TooLarge:
		return Tr("Too many numbers affected for one heartbeat. Checking them one by one.")
	default:
		return f.unknownText(h, now)
	}
}

// wellText counts the numbers of an account that is well.
func wellText(h heartbeat.Health) string {
	n := len(h.Phones)
	if !h.Listed || n == 0 {
		return Tr("Exotel reports all numbers up, both directions")
	}
	if n == 1 {
		return Tr("The number is up, both directions")
	}
	return Tr("All %d numbers up, both directions", n)
}

// failedText counts the numbers that failed once, "" for none.
func failedText(h heartbeat.Health) string {
	n := h.SuspectCount()
	if n == 0 {
		return ""
	}
	return TrN(n, "%d lines failed, confirming…", n)
}

// affectedText counts the affected numbers by direction. A level alone says
// neither: CRITICAL means that every number is affected in one direction or
// the other.
func affectedText(h heartbeat.Health) string {
	incoming, outgoing, affected := h.AffectedCounts()
	n := len(h.Phones)
	numbers := TrN(n, "%d of %d numbers", affected, n)
	if !h.Listed {
		numbers = TrN(affected, "%d numbers", affected)
	}
	switch {
	case affected == 0 && h.Level == heartbeat.Critical:
		return Tr("All numbers are affected; Exotel doesn't say in which direction")
	case affected == 0:
		return Tr("Exotel doesn't say which numbers")
	case outgoing == 0:
		numbers = Tr("%s down, incoming", numbers)
	case incoming == 0:
		numbers = Tr("%s down, outgoing", numbers)
	case incoming == affected && outgoing == affected:
		numbers = Tr("%s down, incoming and outgoing", numbers)
	default:
		numbers = Tr("%s down (incoming on %d, outgoing on %d)", numbers, incoming, outgoing)
	}
	if h.Level == heartbeat.Critical && h.Listed && affected < n {
		return Dotted(numbers, Tr("Exotel reports it for all numbers"))
	}
	return Dotted(numbers, failedText(h))
}

// unknownText says why it is not known how the numbers are.
func (f Format) unknownText(h heartbeat.Health, now time.Time) string {
	silence := max(0, now.Sub(h.ReportedAt))
	switch up := h.UpCount(); h.Reason() {
	case heartbeat.UnrecognizedLevel:
		return Tr("Exotel sent an unrecognised status: “%s”", f.OneLine(h.LevelText, 40))
	case heartbeat.SomeUnknown:
		return Dotted(TrN(up, "%d of %d numbers are up", up, len(h.Phones)),
			Tr("%d unknown", len(h.Phones)-up), failedText(h))
	case heartbeat.PollFailed:
		return Tr("Can't check line status: %s. Line status is unknown", Short(h.PollErr))
	case heartbeat.NoExoPhones:
		return Tr("This account has no ExoPhones")
	case heartbeat.NoReportYet:
		return Tr("Checking your ExoPhones…")
	case heartbeat.Silence:
		if h.Origin == heartbeat.Polled {
			return Tr("Last checked %s ago (expected every %s)", Duration(silence), Duration(h.Interval))
		}
		return Tr("No heartbeat for %s (expected every %s)", Duration(silence), Duration(h.Interval))
	default:
		return Tr("Line status unknown")
	}
}

// Trouble says what is wrong with our own connection where the level is
// known all the same, else "".
func Trouble(h heartbeat.Health) string {
	if h.PollErr == nil || h.Reason() == heartbeat.PollFailed {
		return ""
	}
	return Tr("Can't check line status: %s", Short(h.PollErr))
}

// State names the state of a line.
func State(s heartbeat.State) string {
	switch s {
	case heartbeat.Up:
		return Tr("up")
	case heartbeat.Down:
		return Tr("down")
	default:
		return Tr("unknown")
	}
}
