package dashboard

import (
	"strings"
	"testing"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/metrics"
	"exotel-monitor/metrics/refresh"
	"exotel-monitor/ui/text"
	"exotel-monitor/ui/uitest/sample"
)

func TestPeriodsThatCanBeShown(t *testing.T) {
	at := func(d metrics.Date) *time.Time {
		at := d.In(exotel.India)
		return &at
	}
	none := metrics.Date{}
	for _, tt := range []struct {
		name             string
		from, to, oldest metrics.Date
		trouble          string
	}{
		{"within six months", sample.Date(time.June, 1), sample.Date(time.June, 2), none, ""},
		{"before that", sample.Date(time.May, 20), sample.Date(time.June, 2), none, "Exotel keeps six months of calls. Choose 21 May 2026 or later."},
		{"before that, only later days stored", sample.Date(time.May, 20), sample.Date(time.June, 2), sample.Date(time.July, 1), "Exotel keeps six months"},
		{"before that, and stored", sample.Date(time.March, 2), sample.Date(time.March, 2), sample.Date(time.March, 2), ""},
		{"before what is stored", sample.Date(time.March, 1), sample.Date(time.June, 2), sample.Date(time.March, 2), "Calls start on 2 March 2026. Choose that day or later."},
		{"turned round", sample.Date(time.June, 2), sample.Date(time.June, 1), none, "The first day is after the last day."},
		{"to come", sample.Date(time.November, 21), sample.Date(time.November, 22), sample.Date(time.March, 2), "The first day is in the future."},
	} {
		if _, got := CheckPeriod(at(tt.from), at(tt.to), sample.Now, tt.oldest); (got == "") != (tt.trouble == "") || !strings.HasPrefix(got, tt.trouble) {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.trouble)
		}
	}
	for _, now := range []time.Time{sample.Now, sample.Date(time.November, 20).In(exotel.India)} {
		first := refresh.FirstAvailableDay(now)
		_, got := CheckPeriod(at(first), at(first), now, none)
		_, before := CheckPeriod(at(first.Add(-1)), at(first), now, none)
		if got != "" || !strings.Contains(before, text.Day(first, now)) {
			t.Errorf("%v: the first day: %q, the day before: %q", now, got, before)
		}
	}
}
