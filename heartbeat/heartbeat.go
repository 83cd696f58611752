// Package heartbeat knows whether an account's ExoPhones are up.
//
// Nothing reports on them yet, so all it can say is that it does not know: the
// zero Level is UNKNOWN, and no caller can mistake silence for good news.
package heartbeat

// Level is how an account's ExoPhones are, in Exotel's own words, or Unknown.
type Level string

// Unknown is the level as long as nothing has been heard.
const Unknown Level = ""

// String gives the level in capitals, "UNKNOWN" for the zero Level.
func (l Level) String() string {
	if l == Unknown {
		return "UNKNOWN"
	}
	return string(l)
}
