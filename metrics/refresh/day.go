package refresh

import (
	"time"

	"exotel-monitor/metrics"
	"exotel-monitor/metrics/calls"
)

// isFresh reports whether a day that ends at end need not be read again: nothing in it
// can change, or it was read within maxAge and has not ended since. With partly, a day
// that is not complete can be fresh, too.
func isFresh(d *calls.Day, partly bool, end, now time.Time, maxAge time.Duration) bool {
	if d == nil || d.Damaged || d.ReadAt.After(now) { // the last: read by a clock that was wrong
		return false
	}
	cut := d.ReadAt.Before(end) && !now.Before(end)
	return d.Complete && !d.ReadAt.Before(finalAt(d, end)) ||
		maxAge > 0 && (d.Complete || partly) && !cut && now.Sub(d.ReadAt) < maxAge
}

// finalAt returns when nothing can change any more in a day that ends at end.
func finalAt(d *calls.Day, end time.Time) time.Time {
	settled := end.Add(settling)
	if last := d.Unfinished.Add(metrics.SettleTimeout); !d.Unfinished.IsZero() && last.After(settled) {
		return last
	}
	return settled
}

// onlyOpen reports whether nothing but the open calls of a day that ends at end can still
// change.
func onlyOpen(d *calls.Day, end, now time.Time) bool {
	return readAfterEnd(d, end, now) && now.Before(finalAt(d, end))
}

// readAfterEnd reports whether a day that ends at end was read completely after it ended
// and its calls settled. Such a reading does not age: records that were not finished then
// are requested one by one.
func readAfterEnd(d *calls.Day, end, now time.Time) bool {
	return d != nil && !d.Damaged && d.Complete && !d.ReadAt.Before(end.Add(settling)) && !d.ReadAt.After(now)
}

// isComplete reports whether every call of a day that ends at end is known. A day that is
// over must have been read after its end.
func isComplete(d *calls.Day, end, now time.Time) bool {
	return d != nil && !d.Damaged && d.Complete && (now.Before(end) || !d.ReadAt.Before(end))
}

// hasData reports whether anything is known of the day.
func hasData(d *calls.Day) bool { return d != nil && (d.Complete || d.Received > 0) }

// mergePartial returns what is known of a day after a reading d that broke off. The calls
// that it brought were added to the earlier ones; stored is their number together.
func mergePartial(d, before *calls.Day, stored int) *calls.Day {
	sum := *d
	if before != nil && !before.ReadAt.IsZero() {
		sum.Unreadable = max(d.Unreadable, before.Unreadable)
		sum.Announced = max(d.Announced, before.Announced)
		if sum.Complete = before.Complete; sum.Complete || d.Received < before.Received {
			sum.ReadAt = before.ReadAt // the other calls are of that time
		}
	}
	sum.Received = stored + sum.Unreadable
	sum.Announced = max(sum.Announced, sum.Received)
	sum.Missing = sum.Announced - sum.Received
	if sum.Complete {
		sum.Announced, sum.Missing = sum.Received, 0
	}
	return &sum
}
