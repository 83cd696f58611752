package heartbeat

// Reason is why the level is unknown.
type Reason string

// The reasons.
const (
	WordStrange  Reason = "strange word" // Exotel's word for the level is not one we know
	SomeNotKnown Reason = "some"         // of some ExoPhones it is not known how they are
	NotAsked     Reason = "not asked"    // the ExoPhones could not be asked, see Health.Trouble
	NoExoPhones  Reason = "no ExoPhones" // the account has none
	NothingYet   Reason = "nothing yet"  // nothing was heard of them yet
	Silence      Reason = "silence"      // nothing was heard for three intervals
	NotSaid      Reason = "not said"     // Exotel has not said how they are
)

// Reason returns why the level is unknown, "" if it is known.
func (h Health) Reason() Reason {
	switch up := h.Up(); {
	case h.Level != Unknown:
		return ""
	case h.Word != "" && h.Source == Pushed && !h.Silent(): // it stays when its heartbeat is long past
		return WordStrange
	case up > 0 && up < len(h.Phones):
		return SomeNotKnown
	case h.Trouble != nil:
		return NotAsked
	case h.Listed && len(h.Phones) == 0:
		return NoExoPhones
	case h.Heard.IsZero():
		return NothingYet
	case h.Silent():
		return Silence
	default:
		return NotSaid
	}
}
