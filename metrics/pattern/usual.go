package pattern

import (
	"context"
	"math"
	"slices"
	"time"

	"exotel-monitor/metrics"
	"exotel-monitor/metrics/calls"
)

const (
	// Weeks is the number of same weekdays that usual is made of.
	Weeks = 8
	// MinWeeks is the number of them below which nothing is usual.
	MinWeeks = 4
)

// Usual is what the figures of a day come to on the same weekdays before it, up to the
// same clock time. Shares are from 0 to 1, lengths in seconds.
type Usual struct {
	Weekday time.Weekday
	Weeks   int // days that it is made of; below MinWeeks no band is known

	Calls, Missed Band
	Answered      Band // share of the ended calls
	Spoke         Band // share of the calls of which it is known
	Duration      Band // mean of answered calls
	// Hours are the calls of each whole hour of the wall clock.
	Hours [24]Band
}

// day is the figures of one day up to a clock time.
type day struct {
	counts   metrics.Counts
	outcomes metrics.Outcomes
	duration metrics.Mean
	hours    [24]float64 // of the whole day
}

// ReadUsual returns what is usual for the calls of a query on a day, which until is a
// time of or after. The query's own period does not matter. Days that are not stored
// whole are left out.
func ReadUsual(ctx context.Context, store calls.Store, q calls.Query, date metrics.Date, until time.Time) (Usual, error) {
	u := Usual{Weekday: date.Weekday()}
	known, err := store.Days(ctx, metrics.Period{From: date.Add(-7 * Weeks), To: date.Add(-7)})
	if err != nil {
		return u, err
	}
	var days []*day
	for _, d := range known {
		if d.Date.Weekday() != u.Weekday || !d.Complete || d.Damaged {
			continue
		}
		read, err := readDay(ctx, store, q, d.Date, cut(date, until))
		if err != nil {
			return u, err
		}
		days = append(days, read)
	}
	if u.Weeks = len(days); u.Weeks >= MinWeeks {
		u.sumUp(days)
	}
	return u, nil
}

// cut returns the time of the day up to which days are compared, since midnight by the
// wall clock; a whole day if until is after it.
func cut(date metrics.Date, until time.Time) time.Duration {
	if metrics.DateOf(until) != date {
		return 24 * time.Hour
	}
	return time.Duration(until.Hour())*time.Hour + time.Duration(until.Minute())*time.Minute + time.Duration(until.Second())*time.Second
}

// readDay returns the figures of a day up to a time of it.
func readDay(ctx context.Context, store calls.Store, q calls.Query, date metrics.Date, cut time.Duration) (*day, error) {
	q.Period = metrics.Period{From: date, To: date}
	q.Order, q.After, q.Skip, q.Limit = calls.Order{}, calls.Cursor{}, 0, 0
	buckets, err := store.Group(ctx, q, calls.ByHour, calls.ByStatus, calls.ByOutcome)
	if err != nil {
		return nil, err
	}
	d, hour := &day{}, int(cut/time.Hour)
	for _, b := range buckets {
		d.hours[b.Hour] += float64(b.Calls)
		if b.Hour < hour {
			d.counts[b.Status] += b.Calls
			d.outcomes[b.Outcome] += b.Calls
			d.duration.Sum, d.duration.N = d.duration.Sum+b.Duration.Sum, d.duration.N+b.Duration.N
		}
	}
	rest := cut % time.Hour
	if rest == 0 || len(q.Hours) > 0 && !slices.Contains(q.Hours, hour) {
		return d, nil
	}
	q.Hours = []int{hour}
	for call, err := range store.Calls(ctx, q) {
		if err != nil {
			return nil, err
		}
		at := call.Created.In(q.Now.Location())
		if time.Duration(at.Minute())*time.Minute+time.Duration(at.Second())*time.Second >= rest {
			continue
		}
		d.counts[call.Status]++
		d.outcomes[call.Outcome]++
		if call.Status == metrics.Answered && call.Duration >= 0 {
			d.duration.Sum, d.duration.N = d.duration.Sum+call.Duration, d.duration.N+1
		}
	}
	return d, nil
}

// sumUp makes the bands of days.
func (u *Usual) sumUp(days []*day) {
	var hours [24][]float64
	for hour := range hours {
		for _, d := range days {
			hours[hour] = append(hours[hour], d.hours[hour])
		}
	}
	k := dispersion(hours)
	for hour := range hours {
		u.Hours[hour] = countBand(hours[hour], k)
	}
	u.Calls = countBand(values(days, func(d *day) float64 { return float64(d.counts.Total()) }), k)
	u.Missed = countBand(values(days, func(d *day) float64 { return float64(d.counts.Unanswered()) }), k)
	u.Answered = shareBand(days, func(d *day) (int, int) { return d.counts[metrics.Answered], d.counts.Ended() })
	u.Spoke = shareBand(days, func(d *day) (int, int) { return d.outcomes[metrics.Talked], d.outcomes.Known() })
	var lengths []float64
	for _, d := range days {
		if d.duration.N >= minShare {
			lengths = append(lengths, float64(d.duration.Sum)/float64(d.duration.N))
		}
	}
	u.Duration = meanBand(lengths, 1)
	u.Duration.Low = max(0, u.Duration.Low)
}

func values(days []*day, of func(*day) float64) (list []float64) {
	for _, d := range days {
		list = append(list, of(d))
	}
	return list
}

// minShare is the number of calls below which a share or a mean of them says nothing.
const minShare = 20

// shareBand returns the band of a share. Days with few calls are left out.
func shareBand(days []*day, of func(*day) (part, whole int)) Band {
	var shares []float64
	sum := 0
	for _, d := range days {
		if part, whole := of(d); whole >= minShare {
			shares = append(shares, float64(part)/float64(whole))
			sum += whole
		}
	}
	if len(shares) < MinWeeks {
		return Band{}
	}
	p := trimmedMean(shares)
	b := meanBand(shares, math.Sqrt(p*(1-p)/(float64(sum)/float64(len(shares)))))
	b.Low, b.High = max(0, b.Low), min(1, b.High)
	return b
}
