// Package heartbeat knows whether an account's ExoPhones are up.
//
// Nothing reports on them yet, so all it can say is that it does not know: the
// zero Health is UNKNOWN, and no caller can mistake silence for good news.
package heartbeat

import "time"

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

// Health is what is known of the ExoPhones of one account.
type Health struct {
	Level Level
	Heard time.Time // when Exotel last said so; zero for never
}
