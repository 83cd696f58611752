package cli

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/ui/account"
	"exotel-monitor/ui/config"
)

func TestReportAsksExotelOnlyForWhatIsNotStored(t *testing.T) {
	server := startAccount(t)
	dir := t.TempDir()
	requests := func(args ...string) int {
		t.Helper()
		server.ResetStats()
		text, warnings, err := report(t, append(args, "--data", dir, "--format", "json")...)
		if err != nil || len(warnings) > 0 {
			t.Fatal(err, warnings)
		}
		if n, _ := totalCalls(t, text); n != 1247 {
			t.Errorf("%q: %d calls", args, n)
		}
		return server.Stats().Requests
	}
	const pages = 13
	for _, step := range []struct {
		name string
		args []string
		want int
	}{
		{"the first time", nil, pages},
		{"once the day is stored", nil, 0},
		{"fresh", []string{"--fresh"}, pages},
		{"a longer range", []string{"--start", sampleDay.AddDate(0, 0, -1).Format(time.DateOnly)}, 1},
	} {
		if got := requests(step.args...); got != step.want {
			t.Errorf("%s: %d requests, want %d", step.name, got, step.want)
		}
	}

	today := time.Now().In(exotel.India).Format(time.DateOnly)
	running := func(args ...string) int {
		t.Helper()
		server.ResetStats()
		if _, _, err := report(t, append(args, "--start", today, "--end", today, "--data", dir)...); err != nil {
			t.Fatal(err)
		}
		return server.Stats().Requests
	}
	for range 2 {
		if got := running(); got == 0 {
			t.Error("nobody asked for the running day")
		}
	}

	// The window or serve has the account.
	c := config.FromEnv(os.Getenv)
	store, err := account.Open(t.Context(), account.FilesOf(c, dir), exotel.India, silence)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	if got := requests(); got != 0 {
		t.Errorf("while another has the account: %d requests", got)
	}
	if got, fresh := running(), running("--fresh"); got != 0 || fresh == 0 {
		t.Errorf("for the running day while another has the account: %d requests, %d fresh", got, fresh)
	}
}

func TestFreshReportCountsWhatExotelHasNow(t *testing.T) {
	server := startAccount(t)
	dir := t.TempDir()
	total := func(args ...string) int {
		t.Helper()
		text, _, err := report(t, append(args, "--data", dir, "--format", "json")...)
		if err != nil {
			t.Fatal(err)
		}
		n, _ := totalCalls(t, text)
		return n
	}
	if n := total(); n != 1247 {
		t.Fatalf("%d calls", n)
	}
	server.Add(exotel.Call{Sid: "late", Created: sampleDay, Ended: sampleDay, Status: exotel.StatusBusy, Direction: exotel.DirectionInbound})
	if stored, fresh, after := total(), total("--fresh"), total(); stored != 1247 || fresh != 1248 || after != 1248 {
		t.Errorf("%d calls stored, %d fresh, %d stored then", stored, fresh, after)
	}
}

func TestReportOfDaysThatExotelNoLongerHas(t *testing.T) {
	server := startAccount(t)
	dir := t.TempDir()
	start := exotel.FirstDay(time.Now().In(exotel.India)).AddDate(0, 0, -2).Format(time.DateOnly)
	_, _, err := report(t, "--data", dir, "--start", start)
	if err == nil || !strings.Contains(err.Error(), "6 months") {
		t.Errorf("got %v", err)
	}
	if n := server.Stats().Requests; n > 1 {
		t.Errorf("%d requests", n)
	}
}

func TestReportIsPrintedThoughNothingCanBeSaved(t *testing.T) {
	startAccount(t)
	file := t.TempDir() + "/file"
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	text, _, err := report(t, "--data", file, "--format", "json")
	if err != nil {
		t.Fatal(err)
	}
	if n, _ := totalCalls(t, text); n != 1247 {
		t.Errorf("%d calls", n)
	}
}

// Days that Exotel no longer has would be forgotten for good.
func TestReportInAnotherZoneLeavesTheStoredCallsAsTheyAre(t *testing.T) {
	server := startAccount(t)
	dir := t.TempDir()
	if _, _, err := report(t, "--data", dir); err != nil {
		t.Fatal(err)
	}
	another := unlimited()
	another.Zone = "Asia/Singapore"
	text, _, err := reportIn(t, another, "--data", dir, "--format", "json")
	if err != nil {
		t.Fatal(err)
	}
	if n, _ := totalCalls(t, text); n != 1247 {
		t.Errorf("%d calls", n)
	}
	server.ResetStats()
	if _, _, err := report(t, "--data", dir); err != nil {
		t.Fatal(err)
	}
	if n := server.Stats().Requests; n != 0 {
		t.Errorf("%d requests for a day that was stored", n)
	}
}

// TestReportListsTheCallsOfItsFigures: as many as the figures count, under the same
// filter.
func TestReportListsTheCallsOfItsFigures(t *testing.T) {
	startAccount(t)
	dir := t.TempDir()
	for name, args := range map[string][]string{"all": nil, "busy": {"--status", "busy"}, "inbound": {"--direction", "inbound"}} {
		text, _, err := report(t, append(args, "--data", dir, "--format", "json")...)
		if err != nil {
			t.Fatal(err)
		}
		total, _ := totalCalls(t, text)
		list, _, err := report(t, append(args, "--data", dir, "--calls")...)
		if err != nil {
			t.Fatal(err)
		}
		rows := strings.Split(strings.TrimSpace(list), "\n")
		head := slices.IndexFunc(rows, func(row string) bool { return strings.HasPrefix(row, `"created"`) })
		if got := len(rows) - head - 1; head < 0 || got != total || !strings.Contains(rows[1], fmt.Sprintf("%q", fmt.Sprint(total))) {
			t.Errorf("%s: %d calls are listed of %d, below\n%s", name, got, total, strings.Join(rows[:head+1], "\n"))
		}
	}
}
