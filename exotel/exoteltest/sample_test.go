package exoteltest

import (
	"testing"
	"time"

	"exotel-monitor/exotel"
)

func TestSampleDayToTheDigit(t *testing.T) {
	zone := indianZone()
	calls := SampleDay(time.Date(2026, 11, 19, 0, 0, 0, 0, zone), zone)
	statuses, sids, lengths := map[string]int{}, map[string]bool{}, map[int]bool{}
	var hours [24]int
	var eleven [4]int
	duration, talked, talk := 0, 0, 0
	last := time.Time{}
	for _, c := range calls {
		if c.Created.Before(last) || c.Created.Day() != 19 || len(c.Sid) != sidLength {
			t.Fatalf("bad row %+v", c)
		}
		last = c.Created
		statuses[c.Status]++
		sids[c.Sid] = true
		hours[c.Created.Hour()]++
		if c.Created.Hour() == 11 {
			for k, s := range sampleStatuses {
				if s == c.Status {
					eleven[k]++
				}
			}
		}
		if c.Status == exotel.StatusCompleted {
			duration += c.Duration
			lengths[c.Duration] = true
		}
		if c.Details.Conversation > 0 {
			talked++
			talk += c.Details.Conversation
		}
	}
	if len(calls) != 1247 || len(sids) != 1247 || hours != sampleHours {
		t.Errorf("%d calls, %d Sids, by hour %v", len(calls), len(sids), hours)
	}
	if statuses["completed"] != 976 || statuses["no-answer"] != 189 || statuses["busy"] != 52 || statuses["failed"] != 30 {
		t.Errorf("statuses %v", statuses)
	}
	if duration != 976*134 || len(lengths) < 50 {
		t.Errorf("durations: sum %d, %d different", duration, len(lengths))
	}
	if talked != 897 || talk != 897*112 {
		t.Errorf("talked %d, for %d s", talked, talk)
	}
	if eleven != [4]int{119, 23, 6, 4} { // the picture's tooltip
		t.Errorf("11:00: %v", eleven)
	}
}

func TestScriptedRowsReadBack(t *testing.T) {
	for _, test := range []struct {
		name string
		rows func(time.Time, *time.Location) []exotel.Call
	}{{"sample day", SampleDay}, {"edge rows", EdgeRows}} {
		t.Run(test.name, func(t *testing.T) {
			a, clock := newTestAccount(0)
			rows := test.rows(testNow, a.zone)
			a.Add(rows...)
			clock.now = testNow.AddDate(0, 0, 1)
			from := testNow.Add(-15 * time.Hour)
			got, _ := fetch(t, a, "details=true&PageSize=100&SortBy=DateCreated:asc&"+between(from, clock.now))
			same(t, got, rows)
			same(t, a.Calls(from, clock.now), rows)
		})
	}
}

func TestEdgeRowNamesAreUnique(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range EdgeRows(testNow, nil) {
		if seen[c.Sid] || len(c.Sid) != sidLength {
			t.Errorf("Sid %q", c.Sid)
		}
		seen[c.Sid] = true
	}
}

func TestUnfinishedRowShowsTheEpoch(t *testing.T) {
	a, clock := newTestAccount(0)
	a.Add(EdgeRows(testNow, nil)...)
	clock.now = testNow.AddDate(0, 0, 1)
	w := get(a, "/v1/Accounts/acme1/Calls/"+padSid("unfinished")[:31]+"m.json")
	if !contains(w.Body.String(), `"EndTime":"1970-01-01 05:30:00"`) {
		t.Errorf("%s", w.Body)
	}
}

func TestUnfinishedRowIsSpelledAsCaptured(t *testing.T) {
	a, _ := newTestAccount(0)
	call := edgeCall("settles", testNow.Add(-2*time.Minute))
	a.Add(call)
	body := get(a, "/v1/Accounts/acme1/Calls/"+call.Sid+".json?details=true").Body.String()
	for _, part := range []string{
		`"Status":"completed"`, `"EndTime":""`, `"Duration":null`,
		`"Details":{"ConversationDuration":0,"Leg1Status":"completed","Leg2Status":null,"Legs":[]}`,
	} {
		if !contains(body, part) {
			t.Errorf("%s is not in %s", part, body)
		}
	}
}
