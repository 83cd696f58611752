package exotel_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/exotel/exoteltest"
)

// sampleDay is a client of an account that has the guide's sample day yesterday,
// and that day.
func sampleDay(t *testing.T, f exoteltest.Faults) (client *exotel.Client, account *exoteltest.Account, from, to time.Time) {
	account = newAccount(0)
	account.Add(exoteltest.SampleDay(noon.AddDate(0, 0, -1), exotel.India)...)
	account.SetFaults(f)
	to = midnight(noon)
	return newClient(t, account, nil), account, to.AddDate(0, 0, -1), to
}

func TestNewestReadsADayBackwards(t *testing.T) {
	for name, faults := range map[string]exoteltest.Faults{
		"plain": {}, "raw links": {RawLinks: true}, "an empty link at the end": {End: exoteltest.EndEmpty}, "duplicates": {Duplicates: 0.1},
	} {
		t.Run(name, func(t *testing.T) {
			client, account, from, to := sampleDay(t, faults)
			var calls []exotel.Call
			for next := ""; ; {
				page, err := client.NewestPage(t.Context(), from, to, next)
				if err != nil {
					t.Fatal(err)
				}
				if page.Total != 1247 {
					t.Errorf("total %d", page.Total)
				}
				calls = append(calls, page.Calls...)
				if next = page.Next; next == "" {
					break
				}
			}
			if !slices.IsSortedFunc(calls, func(a, b exotel.Call) int { return b.Created.Compare(a.Created) }) && faults.Duplicates == 0 {
				t.Error("they are not newest first")
			}
			seen := map[string]bool{}
			calls = slices.DeleteFunc(calls, func(c exotel.Call) bool {
				again := seen[c.Sid]
				seen[c.Sid] = true
				return again
			})
			mustMatch(t, calls, account.Calls(from, to))
		})
	}
}

func TestNewestOfARunningDayEndsNow(t *testing.T) {
	account := newAccount(500)
	account.SetFaults(exoteltest.Faults{RefuseFuture: true})
	from := midnight(noon)
	page, err := newClient(t, account, nil).NewestPage(t.Context(), from, from.AddDate(0, 0, 1), "")
	if err != nil {
		t.Fatal(err)
	}
	if want := len(account.Calls(from, noon.Add(time.Second))); page.Total != want {
		t.Errorf("total %d, want %d", page.Total, want)
	}
}

func TestNewestFollowsNoLinkToAnotherHost(t *testing.T) {
	client, account, from, to := sampleDay(t, exoteltest.Faults{Paging: exoteltest.ForeignLink})
	page, err := client.NewestPage(t.Context(), from, to, "")
	if err != nil {
		t.Fatal(err)
	}
	before := account.Stats().Requests
	var refused *exotel.Error
	if _, err = client.NewestPage(t.Context(), from, to, page.Next); !errors.As(err, &refused) || refused.Kind != exotel.KindForeignHost {
		t.Errorf("got %v", err)
	}
	if n := account.Stats().Requests - before; n != 0 {
		t.Errorf("%d requests", n)
	}
}

func TestNewestNoticesALinkToItself(t *testing.T) {
	client, _, from, to := sampleDay(t, exoteltest.Faults{Paging: exoteltest.LoopingCursor})
	var err error
	for pages, next := 0, ""; err == nil && pages < 5; pages++ {
		var page *exotel.Page
		if page, err = client.NewestPage(t.Context(), from, to, next); err == nil {
			next = page.Next
		}
	}
	var refused *exotel.Error
	if !errors.As(err, &refused) || refused.Kind != exotel.KindPaging {
		t.Errorf("got %v", err)
	}
}

func TestNewestHoldsFailuresForFailures(t *testing.T) {
	for name, faults := range map[string]exoteltest.Faults{
		"HTML": {Fail: exoteltest.HTMLPage}, "truncated": {Fail: exoteltest.TruncatedBody}, "empty": {Fail: exoteltest.EmptyBody}, "403": {Forbidden: true},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				client, _, from, to := sampleDay(t, faults)
				if page, err := client.NewestPage(t.Context(), from, to, ""); err == nil {
					t.Errorf("got a page of %d calls", len(page.Calls))
				}
			})
		})
	}
}

func TestBySidReadsThoseThatWereAsked(t *testing.T) {
	client, account, from, to := sampleDay(t, exoteltest.Faults{Duplicates: 0.2})
	want := account.Calls(from, to)[200:300]
	sids := make([]string, len(want))
	for i := range want {
		sids[i] = want[i].Sid
	}
	before := account.Stats().Requests
	got, err := client.CallsBySid(t.Context(), sids)
	if err != nil {
		t.Fatal(err)
	}
	mustMatch(t, got, want)
	if n := account.Stats().Requests - before; n != 1 {
		t.Errorf("%d requests", n)
	}
	if got, err := client.CallsBySid(t.Context(), []string{"not-a-call"}); err != nil || len(got) != 0 {
		t.Errorf("of a Sid that does not exist: %v, %v", got, err)
	}
}
