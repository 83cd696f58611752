package exotel_test

import (
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/exotel/exoteltest"
)

// A correct client reads what the account has, however it is spelled or paged.
func TestCallsEqualTheAccountsRowByRow(t *testing.T) {
	scripted := func(calls ...exotel.Call) *exoteltest.Account {
		a := newAccount(0)
		a.Add(calls...)
		return a
	}
	busy := func(f exoteltest.Faults) *exoteltest.Account {
		a := newAccount(250)
		a.SetFaults(f)
		return a
	}
	for name, test := range map[string]struct {
		account *exoteltest.Account
		query   exotel.Query
	}{
		"a day":                  {newAccount(1247), lastDays(1)},
		"today, with live calls": {newAccount(1247), today()},
		"without live calls":     {busy(exoteltest.Faults{HideLive: true}), today()},
		"a month":                {newAccount(250), lastDays(30)},
		"the guide's sample day": {scripted(exoteltest.SampleDay(noon.AddDate(0, 0, -1), exotel.India)...), lastDays(1)},
		"edge rows":              {scripted(exoteltest.EdgeRows(noon.AddDate(0, 0, -1), exotel.India)...), lastDays(1)},
		"an empty account":       {newAccount(0), lastDays(30)},
		"an empty account that answers 404": {func() *exoteltest.Account {
			a := newAccount(0)
			a.SetFaults(exoteltest.Faults{EmptyIs404: true})
			return a
		}(), lastDays(30)},
		"an empty account that answers {}": {func() *exoteltest.Account {
			a := newAccount(0)
			a.SetFaults(exoteltest.Faults{EmptyIsObject: true})
			return a
		}(), lastDays(30)},
		"all forms of all fields":       {busy(exoteltest.Faults{OddForms: 1}), lastDays(3)},
		"a fifth of the values lost":    {busy(exoteltest.Faults{OddValues: 0.2}), lastDays(10)},
		"odd forms and values together": {busy(exoteltest.Faults{OddForms: 0.2, OddValues: 0.2}), lastDays(3)},
		"unreadable rows between":       {busy(exoteltest.Faults{BadRows: 0.2}), lastDays(3)},
		"rows sent twice":               {busy(exoteltest.Faults{Duplicates: 0.2}), lastDays(10)},
		"wrapped items":                 {busy(exoteltest.Faults{WrapItems: true}), lastDays(3)},
		"raw links":                     {busy(exoteltest.Faults{RawLinks: true}), lastDays(10)},
		"an empty last link":            {busy(exoteltest.Faults{End: exoteltest.EndEmpty}), lastDays(3)},
		"no last link":                  {busy(exoteltest.Faults{End: exoteltest.EndAbsent}), lastDays(3)},
		"no total":                      {busy(exoteltest.Faults{Total: exoteltest.TotalAbsent}), lastDays(10)},
		"a null total":                  {busy(exoteltest.Faults{Total: exoteltest.TotalNull}), lastDays(10)},
		"a total as text":               {busy(exoteltest.Faults{Total: exoteltest.TotalAsText}), lastDays(10)},
		"half the total":                {busy(exoteltest.Faults{Total: exoteltest.TotalBelow}), lastDays(10)},
		"everything odd at once": {busy(exoteltest.Faults{OddForms: 0.3, OddValues: 0.2, BadRows: 0.1, Duplicates: 0.1,
			WrapItems: true, RawLinks: true, Total: exoteltest.TotalAsText, End: exoteltest.EndAbsent}), lastDays(10)},
	} {
		t.Run(name, func(t *testing.T) {
			r := read(newClient(t, test.account, nil), test.query)
			mustSucceed(t, r)
			mustMatch(t, r.calls, test.account.Calls(test.query.From, test.query.To))
		})
	}
}

func TestCallsUnderABaseURLWithAPath(t *testing.T) {
	account := newAccount(500)
	proxy := http.StripPrefix("/exotel/proxy", account)
	for _, base := range []string{"https://gateway.example/exotel/proxy", "https://gateway.example/exotel/proxy/"} {
		client := newClient(t, proxy, func(o *exotel.Options) { o.BaseURL = base })
		r := read(client, lastDays(2))
		mustSucceed(t, r)
		mustMatch(t, r.calls, account.Calls(lastDays(2).From, lastDays(2).To))
	}
}

func TestCallsComeOldestFirst(t *testing.T) {
	r := read(newClient(t, newAccount(1247), nil), lastDays(1))
	if !slices.IsSortedFunc(r.calls, func(a, b exotel.Call) int { return a.Created.Compare(b.Created) }) {
		t.Error("the calls of a day are out of order")
	}
}

func TestADayCostsARequestForEveryHundredCalls(t *testing.T) {
	for _, perDay := range []int{0, 60, 1247, 5000} {
		account := newAccount(perDay)
		r := read(newClient(t, account, nil), lastDays(1))
		mustSucceed(t, r)
		want := max(1, (len(r.calls)+99)/100)
		if got := account.Stats().Requests; got != want {
			t.Errorf("%d calls took %d requests, want %d", len(r.calls), got, want)
		}
	}
}

func TestUnreadableRowsAreCounted(t *testing.T) {
	account := newAccount(0)
	account.Add(exoteltest.SampleDay(noon.AddDate(0, 0, -1), exotel.India)...)
	account.SetFaults(exoteltest.Faults{BadRows: 0.2})
	r := read(newClient(t, account, nil), lastDays(1))
	mustSucceed(t, r)
	if n := r.tally.Unreadable; n < 150 || n > 350 || r.tally.Received != len(r.calls)+n {
		t.Errorf("tally %+v for %d calls and about 250 unreadable rows", r.tally, len(r.calls))
	}
}

func TestDuplicatesAreCounted(t *testing.T) {
	account := newAccount(1247)
	account.SetFaults(exoteltest.Faults{Duplicates: 0.2})
	r := read(newClient(t, account, nil), lastDays(1))
	mustSucceed(t, r)
	if sent := account.Stats().Rows; r.tally.Duplicates == 0 || r.tally.Duplicates != sent-len(r.calls) {
		t.Errorf("%d duplicates counted, %d rows sent for %d calls", r.tally.Duplicates, sent, len(r.calls))
	}
}

func TestATotalThatIsNotReachedIsIncomplete(t *testing.T) {
	for name, faults := range map[string]exoteltest.Faults{
		"the total is too large":  {Total: exoteltest.TotalAbove},
		"the list ends too early": {StopAfterRows: 250},
		"both, and no last link":  {Total: exoteltest.TotalAbove, StopAfterRows: 120, End: exoteltest.EndAbsent},
	} {
		t.Run(name, func(t *testing.T) {
			account := newAccount(900)
			account.SetFaults(faults)
			r := read(newClient(t, account, nil), lastDays(30))
			failure := incomplete(t, r.err)
			if missing := failure.Missing(); missing <= 0 || missing != failure.Announced-len(r.calls) && failure.Received != len(r.calls) {
				t.Errorf("%d missing of %d with %d read: %v", missing, failure.Announced, len(r.calls), failure)
			}
		})
	}
}

// Rows from outside the range, as an ignored DateCreated would bring them, are
// no part of the answer.
func TestRowsFromOutsideTheRangeAreLeftOut(t *testing.T) {
	yesterday := noon.AddDate(0, 0, -1)
	stray := fmt.Sprintf(`{"Calls":[{"Sid":"in","DateCreated":%q},{"Sid":"out","DateCreated":%q}]}`,
		yesterday.Format(time.DateTime), yesterday.AddDate(0, 0, -9).Format(time.DateTime))
	r := read(newClient(t, always(http.StatusOK, stray), nil), lastDays(1))
	mustSucceed(t, r)
	if len(r.calls) != 1 || r.calls[0].Sid != "in" || r.tally.OutOfRange != 1 {
		t.Errorf("read %+v, tally %+v", r.calls, r.tally)
	}
}

// always is a server with one answer.
func always(status int, body string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		w.Write([]byte(body))
	})
}
