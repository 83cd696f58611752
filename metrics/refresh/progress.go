package refresh

import (
	"sync"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/metrics"
)

// reportEvery is the shortest time between two reports of progress.
const reportEvery = 100 * time.Millisecond

// Progress is the number of calls that were received and announced so far.
type Progress struct{ Received, Announced int }

// progress adds up what the fetches of one Load have received.
type progress struct {
	report func(Progress)

	mu       sync.Mutex
	fetches  map[metrics.Date]*exotel.Fetch
	reported time.Time
}

func (p *progress) begin(day metrics.Date, fetch *exotel.Fetch) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fetches[day] = fetch
}

// update reports the progress, unless always is false and the last report was a moment
// ago.
func (p *progress) update(always bool) {
	if p.report == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	if !always && now.Sub(p.reported) < reportEvery {
		return
	}
	p.reported = now
	var sum Progress
	for _, fetch := range p.fetches {
		tally := fetch.Tally()
		sum.Received += tally.Received
		sum.Announced += max(tally.Announced, tally.Received)
	}
	p.report(sum)
}
