package webhook

import (
	"encoding/json"
	"net/http"
	"runtime/debug"
	"runtime/metrics"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// held returns the bytes that the program has from the system.
func held() int64 {
	sample := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(sample)
	return int64(sample[0].Value.Uint64()) - int64(sample[1].Value.Uint64())
}

// TestTheMemoryOfLargeHeartbeatsIsGivenBack: a moment after the last one, whether they
// say their length ahead or not.
func TestTheMemoryOfLargeHeartbeatsIsGivenBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := startInside(t, Options{Deliver: func(body []byte) bool {
			var whole map[string]json.RawMessage
			return json.Unmarshal(body, &whole) == nil
		}}, defaultLimits)
		body := heavyBeat(9 << 20)
		debug.FreeOSMemory()
		before := held()
		for i := range 6 {
			if i%2 == 0 {
				s.post(t, Path, strings.NewReader(body)).check(t, http.StatusOK)
			} else {
				s.post(t, Path, chunked{strings.NewReader(body)}).check(t, http.StatusOK)
			}
		}
		time.Sleep(2 * defaultLimits.rest)
		synctest.Wait()
		if more := held() - before; more > 16<<20 {
			t.Errorf("%d MB more are held than before", more>>20)
		}
	})
}
