package refresh

import (
	"time"

	"exotel-monitor/metrics"
	"exotel-monitor/metrics/calls"
)

// freshEnough reports whether a day that ends at end need not be read again: it is
// as it will stay, or was read within maxAge and has not ended since. partly is whether
// a day that is not complete can be fresh enough, too.
func freshEnough(d *calls.Day, partly bool, end, now time.Time, maxAge time.Duration) bool {
	if d == nil || d.Damaged || d.ReadAt.After(now) { // the last: by a clock that was wrong then
		return false
	}
	cut := d.ReadAt.Before(end) && !now.Before(end)
	return d.Complete && !d.ReadAt.Before(final(d, end)) ||
		maxAge > 0 && (d.Complete || partly) && !cut && now.Sub(d.ReadAt) < maxAge
}

// final returns when a day that ends at end is as it will stay.
func final(d *calls.Day, end time.Time) time.Time {
	settled := end.Add(settling)
	if last := d.Unfinished.Add(metrics.SettleWithin); !d.Unfinished.IsZero() && last.After(settled) {
		return last
	}
	return settled
}

// onlyOpen reports whether all that can still change of a day that ends at end are
// the calls whose record is not finished.
func onlyOpen(d *calls.Day, end, now time.Time) bool {
	return readOver(d, end, now) && now.Before(final(d, end))
}

// readOver reports whether a day that ends at end was read whole once it was over and
// its calls had settled. Such a reading does not grow old: records that were not
// finished then are asked for one by one.
func readOver(d *calls.Day, end, now time.Time) bool {
	return d != nil && !d.Damaged && d.Complete && !d.ReadAt.Before(end.Add(settling)) && !d.ReadAt.After(now)
}

// whole reports whether every call is known of a day that ends at end: one that is
// over must have been read after its end.
func whole(d *calls.Day, end, now time.Time) bool {
	return d != nil && !d.Damaged && d.Complete && (now.Before(end) || !d.ReadAt.Before(end))
}

// heardOf reports whether anything is known of the day.
func heardOf(d *calls.Day) bool { return d != nil && (d.Complete || d.Received > 0) }

// addBroken returns what is known of a day after a reading d that ended early. The
// calls that it brought have been added to those of before, stored in all.
func addBroken(d, before *calls.Day, stored int) *calls.Day {
	sum := *d
	if before != nil && !before.ReadAt.IsZero() {
		sum.Unreadable = max(d.Unreadable, before.Unreadable)
		sum.Announced = max(d.Announced, before.Announced)
		if sum.Complete = before.Complete; sum.Complete || d.Received < before.Received {
			sum.ReadAt = before.ReadAt // the other calls are as they were then
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
