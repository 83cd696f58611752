package heartbeat

// Reason is why the level is unknown.
type Reason string

// The reasons.
const (
	UnrecognizedLevel Reason = "strange word" // Exotel's text for the level is not documented
	SomeUnknown       Reason = "some"         // the state of some ExoPhones is unknown
	PollFailed        Reason = "not asked"    // the ExoPhones could not be polled; see Health.PollErr
	NoExoPhones       Reason = "no ExoPhones" // the account has none
	NoReportYet       Reason = "nothing yet"  // no report has come yet
	Silence           Reason = "silence"      // no report has come for three intervals
	NotReported       Reason = "not said"     // Exotel has not said how they are
)

// Reason returns why the level is unknown, "" if it is known.
func (h Health) Reason() Reason {
	switch up := h.UpCount(); {
	case h.Level != Unknown:
		return ""
	case h.LevelText != "" && h.Origin == Pushed && !h.IsSilent(): // the text stays after its heartbeat is long past
		return UnrecognizedLevel
	case up > 0 && up < len(h.Phones):
		return SomeUnknown
	case h.PollErr != nil:
		return PollFailed
	case h.Listed && len(h.Phones) == 0:
		return NoExoPhones
	case h.ReportedAt.IsZero():
		return NoReportYet
	case h.IsSilent():
		return Silence
	default:
		return NotReported
	}
}
