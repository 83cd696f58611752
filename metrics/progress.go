package metrics

import (
	"sync"
	"time"

	"exotel-monitor/exotel"
)

// Progress counts the calls read and the calls announced so far.
type Progress struct{ Received, Announced int }

// progress adds up what the fetches of one Load have read.
type progress struct {
	report func(Progress)

	mu      sync.Mutex
	fetches map[Date]*exotel.Fetch
	told    time.Time
}

// newest puts what is reported into a channel with room for one: what came before
// and was not taken is old.
func newest(news chan Progress) func(Progress) {
	return func(p Progress) {
		select {
		case <-news:
		default:
		}
		news <- p
	}
}

func (p *progress) begin(day Date, fetch *exotel.Fetch) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fetches[day] = fetch
}

func (p *progress) tell(always bool) {
	if p.report == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if now := time.Now(); always || now.Sub(p.told) >= reportEvery {
		p.told = now
		var sum Progress
		for _, fetch := range p.fetches {
			tally := fetch.Tally()
			sum.Received += tally.Received
			sum.Announced += max(tally.Announced, tally.Received)
		}
		p.report(sum)
	}
}
