package heartbeat

import (
	"fmt"
	"testing"
	"time"
)

// TestHeartbeatsCountInTheOrderOfTheirOwnTimes: the corrected clock runs a second or
// two behind Exotel's, and it steps back by that when Exotel is first heard.
func TestHeartbeatsCountInTheOrderOfTheirOwnTimes(t *testing.T) {
	for _, behind := range []time.Duration{0, time.Second, 2 * time.Second, time.Minute} {
		b := NewTracker(TrackerOptions{})
		hear := func(level, affected string, made, now time.Time) bool {
			body := fmt.Sprintf(`{"timestamp":%q,"status_type":%q,"incoming_affected":[%s],"outgoing_affected":null,"data":{}}`,
				made.Format(time.RFC3339Nano), level, affected)
			report, err := Parse([]byte(body), now)
			if err != nil {
				t.Fatal(err)
			}
			return b.AddReport(report, now)
		}
		if !hear("WARNING", `"08040000001"`, noon, noon) {
			t.Fatal("the first heartbeat does not count")
		}
		for i := range minGood {
			made := noon.Add(time.Duration(i+1) * 10 * time.Millisecond)
			if !hear("OK", "", made, made.Add(-behind)) {
				t.Errorf("%v behind: a heartbeat that was made later does not count", behind)
			}
		}
		if level := b.Health(noon.Add(time.Second - behind)).Level; level != OK {
			t.Errorf("%v behind: %s", behind, level)
		}
	}
}
