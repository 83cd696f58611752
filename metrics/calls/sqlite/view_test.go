package sqlite_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/metrics"
	"exotel-monitor/metrics/calls"
	"exotel-monitor/metrics/calls/storetest"
)

// sqlite3 asks a file as a user does, with the program of that name.
func sqlite3(t *testing.T, path, query string) (rows []map[string]any) {
	t.Helper()
	command := exec.Command("sqlite3", "-readonly", "-json", path)
	command.Stdin = strings.NewReader(query)
	command.Env = append(os.Environ(), "TZ=Asia/Kolkata")
	command.Stderr = os.Stderr
	out, err := command.Output()
	if err == nil && len(out) > 0 {
		err = json.Unmarshal(out, &rows)
	}
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// example returns the text of an example query.
func example(t *testing.T, name string) string {
	return string(contents(t, filepath.Join("testdata", name+".sql")))
}

// recent fills a file with calls up to now, of which some are live, and returns
// those that are not a leg of another.
func recent(t *testing.T, path string) (made []exotel.Call) {
	t.Helper()
	store := open(t, path, exotel.India)
	today := metrics.DateOf(time.Now().In(exotel.India))
	made = storetest.Account(5, metrics.Period{From: today.Add(-40), To: today}, exotel.India, 60)
	byDay := map[metrics.Date][]exotel.Call{}
	made = slices.DeleteFunc(made, func(call exotel.Call) bool { return metrics.CreatedAt(&call).After(time.Now()) })
	for _, call := range made {
		date := metrics.DateOf(metrics.CreatedAt(&call).In(exotel.India))
		byDay[date] = append(byDay[date], call)
	}
	for date, of := range byDay {
		if err := store.Put(t.Context(), calls.Batch{Date: date, Calls: of, Replace: true}); err != nil {
			t.Fatal(err)
		}
	}
	if err := store.SetExoPhones(t.Context(), []exotel.ExoPhone{{SID: "exo5b221ee9", Number: "08040000010", Name: "Returns"}}); err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(made, func(call exotel.Call) bool { return call.ParentSid != "" })
}

func TestTheViewSaysOfEachCallWhatTheListSays(t *testing.T) {
	path := newPath(t)
	made := recent(t, path)
	rows := sqlite3(t, path, "SELECT * FROM calls")
	if len(rows) != len(made) {
		t.Errorf("%d rows of %d calls", len(rows), len(made))
	}
	bySid := map[any]map[string]any{}
	for _, row := range rows {
		bySid[row["sid"]] = row
	}
	number := func(n int) any {
		if n == exotel.Unknown {
			return nil
		}
		return float64(n)
	}
	text := func(s string) any {
		if s == "" {
			return nil
		}
		return s
	}
	store := open(t, path, exotel.India)
	for call, err := range store.Calls(t.Context(), calls.Query{Now: time.Now()}) {
		if err != nil {
			t.Fatal(err)
		}
		talk := exotel.Unknown
		if call.Details != nil {
			talk = call.Details.Conversation
		}
		got := bySid[call.Sid]
		for column, want := range map[string]any{
			"local_time": call.Created.Format(time.DateTime), "zone": "+05:30", "direction": call.Direction,
			"from": text(call.From), "to": text(call.To), "status": call.Call.Status, "outcome": call.Outcome.String(),
			"duration": number(call.Duration), "talk": number(talk),
			"recording": map[bool]any{true: "yes", false: "no"}[call.RecordingURL != ""],
		} {
			if got[column] != want {
				t.Fatalf("%s of %+v: got %v, want %v", column, call, got[column], want)
			}
		}
		price, returns := map[string]any{"": nil, "0": 0., "1.500": 1.5, "0.85": 0.85}[call.Price], exotel.NumberKey(call.ExoPhone) == "8040000010" || call.ExoPhone == "exo5b221ee9"
		if got["price"] != price || returns != (got["line_name"] == "Returns") || returns && got["line"] != "08040000010" {
			t.Fatalf("%+v: got %v", call, got)
		}
	}
}

func TestTheZoneOfTheViewIsThatOfTheCall(t *testing.T) {
	newYork, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	newfoundland, err := time.LoadLocation("America/St_Johns")
	if err != nil {
		t.Fatal(err)
	}
	for zone, want := range map[*time.Location]string{time.UTC: "+00:00", newYork: "-05:00", newfoundland: "-03:30", exotel.India: "+05:30"} {
		path := newPath(t)
		created := time.Date(2026, 12, 1, 9, 30, 0, 0, zone)
		err := open(t, path, zone).Put(t.Context(), calls.Batch{Date: metrics.DateOf(created), Calls: []exotel.Call{{Sid: "one", Created: created}}})
		if err != nil {
			t.Fatal(err)
		}
		if rows := sqlite3(t, path, "SELECT local_time, zone FROM calls"); len(rows) != 1 || rows[0]["zone"] != want || rows[0]["local_time"] != "2026-12-01 09:30:00" {
			t.Errorf("%v: got %v", zone, rows)
		}
	}
}

func TestTheExamplesAreThoseOfTheReadme(t *testing.T) {
	readme := string(contents(t, filepath.Join("..", "..", "..", "README.md")))
	for _, name := range []string{"missed", "busiest", "caller"} {
		if !strings.Contains(readme, "```sql\n"+example(t, name)+"```\n") {
			t.Errorf("%s.sql is not in it", name)
		}
	}
}

func TestMissedCallsByLine(t *testing.T) {
	path := newPath(t)
	made := recent(t, path)
	now := time.Now().In(exotel.India)
	inbound, missed := 0, 0
	for i := range made {
		created := metrics.CreatedAt(&made[i]).In(exotel.India)
		verdict := metrics.Classify(&made[i]).At(now.Sub(created))
		if made[i].Direction != exotel.DirectionInbound || created.Year() != now.Year() || created.Month() != now.Month() {
			continue
		}
		inbound++
		switch verdict.Outcome {
		case metrics.Talked, metrics.NotOver, metrics.OutcomeUnknown, metrics.EndUnknown, metrics.OutcomeOther:
		default:
			missed++
		}
	}
	lines := map[any]bool{}
	for _, row := range sqlite3(t, path, example(t, "missed")) {
		inbound -= int(row["inbound"].(float64))
		missed -= int(row["missed"].(float64))
		lines[row["line"]] = true
	}
	if inbound != 0 || missed != 0 || now.Day() > 1 && !lines["08040000010"] {
		t.Errorf("%d inbound and %d missed calls are left, lines %v", inbound, missed, lines)
	}
}

func TestTheBusiestHours(t *testing.T) {
	path := newPath(t)
	made := recent(t, path)
	now := time.Now().In(exotel.India)
	want := map[any]float64{}
	for i := range made {
		if created := metrics.CreatedAt(&made[i]).In(exotel.India); !created.Before(now.AddDate(0, 0, -30).Truncate(time.Second)) {
			want[fmt.Sprintf("%02d:00", created.Hour())]++
		}
	}
	last := want[now.Format("15:00")] + 1e9
	for _, row := range sqlite3(t, path, example(t, "busiest")) {
		calls := row["calls"].(float64)
		if off := calls - want[row["hour"]]; off < -1 || off > 1 || calls > last { // the query asks a moment later
			t.Errorf("got %v, want %v", row, want[row["hour"]])
		}
		last = calls
		delete(want, row["hour"])
	}
	if len(want) != 0 {
		t.Errorf("missing: %v", want)
	}
}

func TestOneCallersHistory(t *testing.T) {
	path := newPath(t)
	made := recent(t, path)
	var want []string
	for i := range made {
		if customer, _ := calls.Parties(&made[i]); exotel.NumberKey(customer) == "9800000007" {
			want = append(want, metrics.CreatedAt(&made[i]).In(exotel.India).Format(time.DateTime))
		}
	}
	slices.Sort(want)
	slices.Reverse(want)
	var got []string
	for _, row := range sqlite3(t, path, example(t, "caller")) {
		got = append(got, row["local_time"].(string))
	}
	if !slices.Equal(got, want) || len(got) == 0 {
		t.Errorf("got %v, want %v", strings.Join(got, ", "), strings.Join(want, ", "))
	}
}

func TestTheWordsForOutcomesAreThoseOfTheProgram(t *testing.T) {
	path := newPath(t)
	octoberAt(t, path)
	rows := sqlite3(t, path, "SELECT id, word FROM outcome")
	if len(rows) != len(metrics.Outcomes{}) {
		t.Errorf("%d words", len(rows))
	}
	for _, row := range rows {
		if want := metrics.Outcome(row["id"].(float64)).String(); row["word"] != want {
			t.Errorf("got %v, want %s", row, want)
		}
	}
}
