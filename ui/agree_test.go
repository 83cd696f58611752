package ui

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/exotel/exoteltest"
	"exotel-monitor/heartbeat/monitor"
	"exotel-monitor/metrics"
	"exotel-monitor/metrics/calls"
	"exotel-monitor/metrics/calls/sqlite"
	"exotel-monitor/metrics/refresh"
	"exotel-monitor/ui/dashboard"
	"exotel-monitor/ui/jsonapi"
	"exotel-monitor/ui/kit"
	"exotel-monitor/ui/text"
	"exotel-monitor/ui/uitest"
)

// agreeing is set for the runs of the test binary in another zone.
const agreeing = "EXOTEL_TEST_AGREE"

// TestCountsAgreeWhateverTheComputersZone: the same choice of calls has the same
// count on the card, in the chart, in the JSON API and in the store, half an
// hour after the account's midnight at a month's end. The zone of a process
// cannot be changed, so that each has one of its own.
func TestCountsAgreeWhateverTheComputersZone(t *testing.T) {
	if os.Getenv(agreeing) != "" {
		countsAgree(t)
		return
	}
	for _, zone := range []string{"UTC", "Asia/Kolkata", "America/New_York"} {
		t.Run(zone, func(t *testing.T) {
			run := exec.Command(os.Args[0], "-test.run=^"+t.Name()[:strings.Index(t.Name(), "/")]+"$")
			run.Env = append(os.Environ(), "TZ="+zone, agreeing+"=1")
			if out, err := run.CombinedOutput(); err != nil {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}

func countsAgree(t *testing.T) {
	now := time.Date(2026, 12, 1, 0, 30, 0, 0, exotel.India)
	account := exoteltest.New(exoteltest.Options{CallsPerDay: 150, Now: func() time.Time { return now }})
	account.Add(exoteltest.EdgeRows(now.Add(-40*time.Minute), exotel.India)...)
	server, err := exoteltest.Start(account)
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	client, err := exotel.New(exotel.Options{
		BaseURL: server.URL, SID: "acme1", Key: "key", Token: "token", RatePerMinute: -1, Now: func() time.Time { return now },
	})
	if err != nil {
		t.Fatal(err)
	}
	store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "calls.db"), client.Zone(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	fetcher := refresh.NewFetcher(client, store, refresh.Options{})
	api := jsonapi.New(jsonapi.Options{Fetcher: fetcher, Health: func() monitor.Snapshot { return monitor.Snapshot{} }, Interval: time.Hour})
	uitest.NewApp(t).Settings().SetTheme(kit.NewTheme())
	text.Load()

	day := func(month time.Month, day int) metrics.Date { return metrics.Date{Year: 2026, Month: month, Day: day} }
	busy := metrics.Busy
	for _, choice := range []refresh.Choice{
		{Range: metrics.Last30Days}, {Range: metrics.Today}, {Range: metrics.Yesterday}, {Range: metrics.Last7Days}, {Range: metrics.ThisMonth},
		{Range: metrics.Custom, Custom: metrics.Period{From: day(10, 30), To: day(11, 2)}},
		{Range: metrics.Custom, Custom: metrics.Period{From: day(11, 30), To: day(11, 30)}}, {Range: metrics.AllStored},
	} {
		for _, filter := range []metrics.Filter{
			{}, {Direction: exotel.DirectionInbound}, {ExoPhone: "+918040000001"}, {Status: &busy}, {Text: "98"},
			{Direction: exotel.DirectionInbound, ExoPhone: "08040000001", Text: "agent1"},
		} {
			choice.Filter = filter
			s := snapshotOf(t, fetcher, choice)
			name := fmt.Sprintf("%v %v–%v %+v", choice.Range, s.Period.From, s.Period.To, filter)
			want := inStore(t, store, s.Period, filter, now)

			d := dashboard.New(text.Format{Zone: exotel.India}, dashboard.Actions{Choose: func(refresh.Choice) {}})
			w := uitest.Show(t, d.View)
			d.Filters.Mark(choice)
			d.Apply(s, 0, time.Time{})
			counts := map[string]string{
				"card": w.Figure("Calls"), "chart": fmt.Sprint(drawnCalls(d.View)), "JSON API": fmt.Sprint(inJSON(t, api, s.Period, filter)),
			}
			for where, got := range counts {
				if got != metrics.Thousands.Count(want) && got != fmt.Sprint(want) {
					t.Errorf("%s: %s: got %s, the store has %d", name, where, got, want)
				}
			}
		}
	}
}

// snapshotOf is what a screen shows of a choice once it has loaded.
func snapshotOf(t *testing.T, fetcher *refresh.Fetcher, choice refresh.Choice) refresh.Snapshot {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var last refresh.Snapshot
	refresh.NewWorker(fetcher, func(s refresh.Snapshot) {
		if last = s; !s.Loading {
			cancel()
		}
	}, refresh.WorkerOptions{Choice: choice}).Run(ctx)
	if last.Err != nil || last.Summary == nil {
		t.Fatalf("%v: %+v", choice, last)
	}
	return last
}

func inJSON(t *testing.T, api http.Handler, p metrics.Period, f metrics.Filter) int {
	t.Helper()
	q := url.Values{"start": {p.From.String()}, "end": {p.To.String()}, "direction": {f.Direction}, "phoneNumber": {f.ExoPhone}, "text": {f.Text}}
	if f.Status != nil {
		q.Set("status", f.Status.String())
	}
	recorder := httptest.NewRecorder()
	request := httptest.NewRequest("GET", "http://localhost/api/dashboard/range?"+q.Encode(), nil)
	api.ServeHTTP(recorder, request)
	var answer struct {
		Metrics struct {
			TotalCalls int   `json:"totalCalls"`
			Hours      []int `json:"hourlyDistribution"`
		}
	}
	if err := json.Unmarshal(recorder.Body.Bytes(), &answer); err != nil || recorder.Code != 200 {
		t.Fatalf("%d %s", recorder.Code, recorder.Body)
	}
	sum := 0
	for _, n := range answer.Metrics.Hours {
		sum += n
	}
	if sum != answer.Metrics.TotalCalls {
		t.Errorf("the hours of the JSON API add up to %d of %d", sum, answer.Metrics.TotalCalls)
	}
	return answer.Metrics.TotalCalls
}

// inStore counts by the calls themselves, whatever the store counts.
func inStore(t *testing.T, store calls.Store, p metrics.Period, f metrics.Filter, now time.Time) (n int) {
	t.Helper()
	for call, err := range store.Calls(t.Context(), calls.Query{Period: p, Now: now}) {
		if err != nil {
			t.Fatal(err)
		}
		text := strings.ToLower("0" + exotel.NumberKey(call.From) + " 0" + exotel.NumberKey(call.To))
		if call.ParentSid == "" && (f.Direction == "" || call.Direction == f.Direction) &&
			(f.ExoPhone == "" || exotel.NumberKey(call.ExoPhone) == exotel.NumberKey(f.ExoPhone)) &&
			(f.Status == nil || metrics.Classify(&call.Call).At(now.Sub(metrics.CreatedAt(&call.Call))).Status == *f.Status) && strings.Contains(text, f.Text) {
			n++
		}
	}
	return n
}
