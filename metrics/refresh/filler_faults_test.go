package refresh

import (
	"context"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/exotel/exoteltest"
	"exotel-monitor/metrics"
)

// TestUnderEveryFaultTheStoreIsTheAccountOrSaysWhatIsMissing: in fake time, with
// the account's faults on for as long as the back-fill makes headway. What
// counts as whole then is what the account has. When the faults are over, the
// rest follows.
func TestUnderEveryFaultTheStoreIsTheAccountOrSaysWhatIsMissing(t *testing.T) {
	passing := func(f exoteltest.Faults) exoteltest.Faults { // every now and then, not for ever
		f.Only, f.FailFrom, f.FailCount = "Calls.json", 3, 4
		return f
	}
	tests := map[string]struct {
		faults exoteltest.Faults
		whole  bool // the store is whole under the fault
	}{
		"no fault":                   {exoteltest.Faults{}, true},
		"429":                        {exoteltest.Faults{RatePerMinute: 100}, true},
		"429 with Retry-After":       {exoteltest.Faults{RatePerMinute: 100, RetryAfter: true}, true},
		"some 500s":                  {passing(exoteltest.Faults{FailStatus: 500}), true},
		"503 for ever":               {exoteltest.Faults{FailStatus: 503}, false},
		"some resets":                {passing(exoteltest.Faults{Fail: exoteltest.Reset}), true},
		"resets for ever":            {exoteltest.Faults{Fail: exoteltest.Reset}, false},
		"some bodies cut":            {passing(exoteltest.Faults{Fail: exoteltest.CutBody}), true},
		"some pages truncated":       {passing(exoteltest.Faults{Fail: exoteltest.TruncatedBody}), true},
		"truncated for ever":         {exoteltest.Faults{Fail: exoteltest.TruncatedBody}, false},
		"some HTML pages":            {passing(exoteltest.Faults{Fail: exoteltest.HTMLPage}), true},
		"HTML for ever":              {exoteltest.Faults{Fail: exoteltest.HTMLPage}, false},
		"empty bodies":               {exoteltest.Faults{Fail: exoteltest.EmptyBody}, false},
		"slow":                       {exoteltest.Faults{Delay: 5 * time.Second}, true},
		"slower than the patience":   {exoteltest.Faults{Delay: time.Minute}, false},
		"duplicates":                 {exoteltest.Faults{Duplicates: 0.2}, true},
		"odd forms":                  {exoteltest.Faults{OddForms: 0.2}, true},
		"odd values":                 {exoteltest.Faults{OddValues: 0.2}, true},
		"rows that are no calls":     {exoteltest.Faults{BadRows: 0.2}, true},
		"all that is odd":            {exoteltest.Faults{OddForms: 0.2, OddValues: 0.2, BadRows: 0.2, Duplicates: 0.2, RawLinks: true, WrapItems: true}, true},
		"lists that end too early":   {exoteltest.Faults{StopAfterRows: 60}, false},
		"a total that is too high":   {exoteltest.Faults{Total: exoteltest.TotalAbove}, false},
		"a total that is too low":    {exoteltest.Faults{Total: exoteltest.TotalBelow}, true},
		"no total":                   {exoteltest.Faults{Total: exoteltest.TotalAbsent}, true},
		"a cursor that repeats":      {exoteltest.Faults{Paging: exoteltest.LoopingCursor}, false},
		"a cursor without an end":    {exoteltest.Faults{Paging: exoteltest.EndlessCursor}, true},
		"a cursor that begins again": {exoteltest.Faults{Paging: exoteltest.RestartCursor}, false},
		"a link to another host":     {exoteltest.Faults{Paging: exoteltest.ForeignLink}, false},
		"keys that are refused":      {exoteltest.Faults{Forbidden: true}, false},
		"nothing found is 404":       {exoteltest.Faults{EmptyIs404: true}, true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				account := exoteltest.New(exoteltest.Options{Now: time.Now})
				client, err := exotel.New(exotel.Options{
					BaseURL: "https://api.exotel.com", SID: "acme1", Key: "key", Token: "token", RatePerMinute: 120, Transport: wire{account},
				})
				if err != nil {
					t.Fatal(err)
				}
				fetcher, end := kept(t, client, filepath.Join(t.TempDir(), "calls.db"))
				now := client.Now()
				// A month is enough, and days do not pass while it is read.
				keep := FillerOptions{KeepMonths: 1, Share: 1}
				span := metrics.Period{From: metrics.DateOf(now.AddDate(0, -1, 0)), To: metrics.DateOf(now).Add(-1)}
				// Five days have calls, of two pages each, and the others none.
				account.Add(exoteltest.New(exoteltest.Options{CallsPerDay: 110, Now: time.Now}).Calls(fetcher.start(span.To.Add(-4)), fetcher.start(span.To.Add(1)))...)
				account.SetFaults(test.faults)
				f := runFiller(t, fetcher, keep, func(f FillState) bool { return f.Done() || f.Err != nil || f.Days+f.ShortDays == f.Total })
				equal(t, "whole", f.Done(), test.whole)
				if !f.Done() && f.Err == nil && f.ShortDays == 0 {
					t.Error("nobody is told that days are missing")
				}
				mustNotLie(t, fetcher, account, span)
				if test.whole {
					mustHold(t, fetcher, account, span)
				}
				account.SetFaults(exoteltest.Faults{})
				runFiller(t, fetcher, keep, func(f FillState) bool { return f.Done() })
				if test.faults.OddValues == 0 {
					mustHold(t, fetcher, account, span)
				}
				end()
			})
		})
	}
}

// runFiller runs a filler until a state is as wanted; in a bubble.
func runFiller(t *testing.T, fetcher *Fetcher, o FillerOptions, reached func(FillState) bool) (last FillState) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 12*time.Hour)
	defer cancel()
	NewFiller(fetcher, func(f FillState) {
		if ctx.Err() == nil && reached(f) {
			last = f
			cancel()
		}
	}, o).Run(ctx)
	if last.Total == 0 {
		t.Fatal("the filler did not get there")
	}
	return last
}

// mustNotLie checks that a day that counts as whole is as the account has it.
func mustNotLie(t *testing.T, fetcher *Fetcher, account *exoteltest.Account, p metrics.Period) {
	t.Helper()
	view := fetcher.LoadStored(t.Context(), p)
	for i, day := range view.days {
		date := p.From.Add(i)
		listed := account.Calls(fetcher.start(date), fetcher.start(date.Add(1)))
		if day != nil && day.Complete && day.Stored != len(listed) {
			t.Errorf("%s counts as whole with %d calls of %d", date, day.Stored, len(listed))
		}
	}
}

// TestAFailureAfterAShortListStarvesNoDay: first Exotel lists less than it announces,
// then, when those days are asked for again, it refuses the keys.
func TestAFailureAfterAShortListStarvesNoDay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		account := exoteltest.New(exoteltest.Options{CallsPerDay: 300, Now: time.Now})
		client, err := exotel.New(exotel.Options{
			BaseURL: "https://api.exotel.com", SID: "acme1", Key: "key", Token: "token", RatePerMinute: 120, Transport: wire{account},
		})
		if err != nil {
			t.Fatal(err)
		}
		fetcher, end := kept(t, client, filepath.Join(t.TempDir(), "calls.db"))
		keep := FillerOptions{KeepMonths: 1, Share: 1}
		stage, refused := 0, time.Time{}
		account.SetFaults(exoteltest.Faults{StopAfterRows: 150})
		runFiller(t, fetcher, keep, func(f FillState) bool {
			switch {
			case stage == 0 && f.Days+f.ShortDays == f.Total:
				account.SetFaults(exoteltest.Faults{Forbidden: true})
				stage++
			case stage == 1 && f.Err != nil:
				account.SetFaults(exoteltest.Faults{})
				stage, refused = stage+1, time.Now()
			}
			return f.Done()
		})
		equal(t, "stages", stage, 2)
		if waited := time.Since(refused); waited > time.Hour {
			t.Errorf("%v passed until all was stored", waited)
		}
		end()
	})
}
