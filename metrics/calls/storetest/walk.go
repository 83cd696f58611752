package storetest

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/metrics"
	"exotel-monitor/metrics/calls"
)

// Walk answers queries by a plain walk over all calls, which is slow and obviously right.
type Walk struct {
	Calls []exotel.Call
	Zone  *time.Location
}

// Chosen is the calls and legs that a query selects.
type Chosen struct {
	Calls []calls.Call
	Zone  *time.Location
}

// Choose returns the calls and legs that a query selects, in their order.
func (w Walk) Choose(q calls.Query) Chosen {
	var chosen []calls.Call
	for _, call := range w.Calls {
		call.Created = metrics.CreatedAt(&call)
		at := call.Created.In(w.Zone)
		verdict := metrics.Classify(&call).At(q.Now.Sub(call.Created))
		customer, agent := calls.Parties(&call)
		date := metrics.DateOf(at)
		if (q.Period == metrics.Period{} || !date.Before(q.Period.From) && !q.Period.To.Before(date)) &&
			among(q.Directions, calls.DirectionOf(&call)) && among(q.Statuses, verdict.Status) && among(q.Outcomes, verdict.Outcome) &&
			among(q.Hours, at.Hour()) && among(q.Weekdays, at.Weekday()) &&
			sameAs(q.Lines, call.ExoPhone) && sameAs(q.Callers, customer) && sameAs(q.Agents, agent) &&
			holds(q.Text, customer, agent) {
			chosen = append(chosen, calls.Call{Call: call, Status: verdict.Status, Outcome: verdict.Outcome})
		}
	}
	return Chosen{chosen, w.Zone}
}

func among[T comparable](wanted []T, got T) bool {
	return len(wanted) == 0 || slices.Contains(wanted, got)
}

func key(address string) string { return strings.ToLower(exotel.NumberKey(address)) }

func sameAs(wanted []string, got string) bool {
	return len(wanted) == 0 || got != "" && slices.ContainsFunc(wanted, func(address string) bool { return key(address) == key(got) })
}

func holds(text string, addresses ...string) bool {
	return text == "" || slices.ContainsFunc(addresses, func(address string) bool {
		number := key(address)
		if number != "" && strings.Trim(number, "0123456789") == "" {
			number = "0" + number
		}
		return strings.Contains(number, metrics.SearchText(text))
	})
}

// Group counts as calls.Store.Group does, by the keys of addresses.
func (c Chosen) Group(by ...calls.Dimension) map[calls.Key]calls.Bucket {
	buckets := map[calls.Key]calls.Bucket{}
	for _, call := range c.Calls {
		at := call.Created.In(c.Zone)
		customer, agent := calls.Parties(&call.Call)
		var k calls.Key
		for _, dimension := range by {
			switch dimension {
			case calls.ByHour:
				k.Hour = at.Hour()
			case calls.ByWeekday:
				k.Weekday = at.Weekday()
			case calls.ByDay:
				k.Day = metrics.DateOf(at)
			case calls.ByWeek:
				k.Day = metrics.DateOf(at).Monday()
			case calls.ByMonth:
				k.Day = metrics.DateOf(at).FirstOfMonth()
			case calls.ByDirection:
				k.Direction = calls.DirectionOf(&call.Call)
			case calls.ByStatus:
				k.Status = call.Status
			case calls.ByOutcome:
				k.Outcome = call.Outcome
			case calls.ByLine:
				k.Line = key(call.ExoPhone)
			case calls.ByAgent:
				k.Agent = key(agent)
			case calls.ByCaller:
				k.Caller = key(customer)
			}
		}
		b := buckets[k]
		b.Key = k
		if call.ParentSid != "" {
			b.Legs++
			buckets[k] = b
			continue
		}
		b.Calls++
		if call.Details != nil {
			b.WithDetails++
		}
		if call.Status == metrics.Answered && length(call.Duration) >= 0 {
			b.Duration.Sum += call.Duration
			b.Duration.N++
		}
		if seconds := talk(&call); call.Outcome == metrics.Talked && seconds > 0 {
			b.Talk.Sum += seconds
			b.Talk.N++
		}
		buckets[k] = b
	}
	return buckets
}

// List lists as calls.Store.Calls does, without cursors and limit.
func (c Chosen) List(by calls.Order) []calls.Call {
	list := slices.DeleteFunc(slices.Clone(c.Calls), func(call calls.Call) bool { return call.ParentSid != "" })
	slices.SortStableFunc(list, func(a, b calls.Call) int {
		order := cmp.Or(compare(&a, &b, by.By), cmp.Compare(a.Created.Unix(), b.Created.Unix()))
		if !by.Ascending {
			order = -order
		}
		return order
	})
	return list
}

// compare compares two calls by a column.
func compare(a, b *calls.Call, by calls.Column) int {
	customerA, agentA := calls.Parties(&a.Call)
	customerB, agentB := calls.Parties(&b.Call)
	switch by {
	case calls.Duration:
		return cmp.Compare(length(a.Duration), length(b.Duration))
	case calls.Talk:
		return cmp.Compare(talk(a), talk(b))
	case calls.Line:
		return cmp.Compare(key(a.ExoPhone), key(b.ExoPhone))
	case calls.Caller:
		return cmp.Compare(key(customerA), key(customerB))
	case calls.Agent:
		return cmp.Compare(key(agentA), key(agentB))
	case calls.Status:
		return cmp.Compare(a.Status, b.Status)
	case calls.Outcome:
		return cmp.Compare(a.Outcome, b.Outcome)
	}
	return 0
}

// length returns a length as it is counted: none is longer than a day, or negative.
func length(seconds int) int {
	if seconds < 0 || seconds > 24*60*60 {
		return exotel.Unknown
	}
	return seconds
}

func talk(call *calls.Call) int {
	if call.Details == nil {
		return exotel.Unknown
	}
	return length(call.Details.Conversation)
}
