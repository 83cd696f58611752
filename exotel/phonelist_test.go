package exotel_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/exotel/exoteltest"
)

func TestDirectoryFindsAnExoPhoneByAnySpelling(t *testing.T) {
	d := exotel.NewDirectory([]exotel.ExoPhone{
		{SID: "exo5b221ee9", Number: "+918040000007", Name: "Returns"},
		{SID: "08040000001", Number: "+918040000001", Name: "Support"},
		{SID: "02240000002", Number: "+912240000009", Name: "moved"}, // its SID is the next one's number
		{SID: "exo77", Number: "+912240000002"},
		{SID: "exo99"},
	})
	for key, spellings := range map[string][]string{
		"8040000007": {"exo5b221ee9", "08040000007", "918040000007", "+918040000007", "8040000007", "+91 80400 00007"},
		"8040000001": {"08040000001", "+918040000001"},
		"2240000002": {"02240000002", "exo77"},
		"2240000009": {"+912240000009"},
		"exo99":      {"exo99"},
		"3340000005": {"03340000005", "+913340000005"}, // on no list
		"exo00":      {"exo00"},
		"":           {""},
	} {
		for _, spelling := range spellings {
			if got := d.Key(spelling); got != key {
				t.Errorf("Key(%q) = %q, want %q", spelling, got, key)
			}
		}
	}
	var none *exotel.Directory
	if _, ok := none.Find("08040000001"); ok || none.Key("+918040000001") != "8040000001" || none.HasAliases() || none.ExoPhones() != nil {
		t.Error("a nil directory does not join numbers alone")
	}
	if !d.HasAliases() || exotel.NewDirectory([]exotel.ExoPhone{{SID: "08040000001", Number: "+918040000001"}}).HasAliases() {
		t.Error("Joins tells SIDs and numbers not apart")
	}
}

// listings counts how often the first page of the ExoPhones was asked for.
func listings(a *exoteltest.Account) int {
	return a.Stats().ByPath["/v2_beta/Accounts/"+testSID+"/IncomingPhoneNumbers"]
}

// following runs test while the list of a client's ExoPhones is followed, from when
// the account has faults. lists are the lists that were told so far, by the SIDs on
// each.
func following(t *testing.T, faults exoteltest.Faults, test func(t *testing.T, a *exoteltest.Account, c *exotel.Client, lists func() []string)) {
	synctest.Test(t, func(t *testing.T) {
		a := exoteltest.New(exoteltest.Options{Key: testKey, Token: testToken, ExoPhones: []exoteltest.ExoPhone{{SID: "exo1", Number: "08040000001"}}, Now: frozen(noon)})
		a.SetFaults(faults)
		c := newClient(t, a, nil)
		ctx, cancel := context.WithCancel(t.Context())
		var mu sync.Mutex
		var told []string
		var work sync.WaitGroup
		defer work.Wait()
		defer cancel()
		lists := func() []string {
			mu.Lock()
			defer mu.Unlock()
			return slices.Clone(told)
		}
		work.Go(func() {
			c.FollowExoPhones(ctx, func(d *exotel.Directory) {
				sids := ""
				for _, p := range d.ExoPhones() {
					sids += " " + p.SID
				}
				mu.Lock()
				defer mu.Unlock()
				told = append(told, sids[1:])
			})
		})
		test(t, a, c, lists)
	})
}

func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func TestExoPhonesAreListedAgainAfterAFailedStart(t *testing.T) {
	following(t, exoteltest.Faults{FailStatus: 403}, func(t *testing.T, a *exoteltest.Account, c *exotel.Client, lists func() []string) {
		pass(24 * time.Hour)
		if n := listings(a); len(lists()) > 0 || n < 10 || n > 60 {
			t.Errorf("told %q; %d requests in a day of failures", lists(), n)
		}
		a.SetFaults(exoteltest.Faults{})
		pass(31 * time.Minute)
		if got := lists(); !slices.Equal(got, []string{"exo1"}) {
			t.Errorf("told %q half an hour after the fault ended", got)
		}
	})
	following(t, exoteltest.Faults{}, func(t *testing.T, a *exoteltest.Account, c *exotel.Client, lists func() []string) {
		a.SetFaults(exoteltest.Faults{FailStatus: 403})
		synctest.Wait()
		a.SetFaults(exoteltest.Faults{})
		pass(31 * time.Second)
		if got := lists(); !slices.Equal(got, []string{"exo1"}) {
			t.Errorf("told %q half a minute after one failure", got)
		}
	})
}

func TestAListingByOthersServesTheFollower(t *testing.T) {
	following(t, exoteltest.Faults{}, func(t *testing.T, a *exoteltest.Account, c *exotel.Client, lists func() []string) {
		a.SetFaults(exoteltest.Faults{FailStatus: 403})
		pass(10 * time.Minute)
		a.SetFaults(exoteltest.Faults{})
		if _, err := c.ExoPhones(t.Context()); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if got := lists(); !slices.Equal(got, []string{"exo1"}) {
			t.Errorf("told %q", got)
		}
		before := listings(a)
		for range 23 { // health asks every hour
			pass(time.Hour)
			if _, err := c.ExoPhones(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if n := listings(a) - before; n != 23 || len(lists()) != 1 {
			t.Errorf("%d listings where others ask for 23; told %q", n, lists())
		}
	})
}

func TestANewExoPhoneIsListedWhenItOccursOrInSomeHours(t *testing.T) {
	rented := exoteltest.ExoPhone{SID: "exo2", Number: "08040000002"}
	following(t, exoteltest.Faults{}, func(t *testing.T, a *exoteltest.Account, c *exotel.Client, lists func() []string) {
		synctest.Wait()
		a.SetPhone(rented)
		pass(time.Minute)
		c.EnsureListed([]string{"+918040000001", "08040000002", "exo1"})
		pass(10 * time.Minute)
		if got := lists(); !slices.Equal(got, []string{"exo1", "exo1 exo2"}) {
			t.Errorf("told %q after its first call", got)
		}
	})
	following(t, exoteltest.Faults{}, func(t *testing.T, a *exoteltest.Account, c *exotel.Client, lists func() []string) {
		synctest.Wait()
		a.SetPhone(rented)
		pass(6 * time.Hour)
		if got := lists(); !slices.Equal(got, []string{"exo1", "exo1 exo2"}) {
			t.Errorf("told %q after six hours", got)
		}
	})
}

func TestANumberThatIsOnNoListIsSoughtOnce(t *testing.T) {
	following(t, exoteltest.Faults{}, func(t *testing.T, a *exoteltest.Account, c *exotel.Client, lists func() []string) {
		synctest.Wait()
		for range 100 {
			c.EnsureListed([]string{"03340000005", "", "exo9"})
			pass(time.Minute)
		}
		if n := listings(a); n != 2 || len(lists()) != 1 {
			t.Errorf("%d listings, told %q", n, lists())
		}
	})
}

func TestListingsAtTheSameTimeAreOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAccount(0)
		a.SetFaults(exoteltest.Faults{Delay: time.Second})
		c := newClient(t, a, nil)
		var work sync.WaitGroup
		for range 5 {
			work.Go(func() {
				if list, err := c.ExoPhones(t.Context()); err != nil || len(list) != 6 {
					t.Errorf("%d ExoPhones, %v", len(list), err)
				}
			})
		}
		work.Wait()
		if n := listings(a); n != 1 {
			t.Errorf("%d requests", n)
		}
		if n := len(c.Directory().ExoPhones()); n != 6 {
			t.Errorf("the directory has %d ExoPhones", n)
		}
	})
}
