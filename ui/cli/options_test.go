package cli

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"exotel-monitor/metrics"
	"exotel-monitor/ui/config"
	"exotel-monitor/ui/system/instance"
)

func TestParseUnderstands(t *testing.T) {
	busy := metrics.Busy
	november := metrics.Period{From: metrics.Date{Year: 2026, Month: 11, Day: 1}, To: metrics.Date{Year: 2026, Month: 11, Day: 30}}
	days := []string{"--start", "2026-11-01", "--end", "2026-11-30"}
	report := func(more ...string) []string { return append(append([]string{"report"}, days...), more...) }
	none := func(string) string { return "" }
	home, err := config.DataDir(none)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		args []string
		want Options
	}{
		{nil, Options{DataDir: home, rateLimit: -1}},
		{[]string{"--demo"}, Options{Demo: true, DataDir: home, rateLimit: -1}},
		{[]string{"--demo", "--data", "/d", "--zone", "Asia/Singapore", "--rate-limit", "60"},
			Options{Demo: true, DataDir: "/d", zone: "Asia/Singapore", rateLimit: 60}},
		{[]string{"--hidden"}, Options{DataDir: home, rateLimit: -1, Hidden: true}},
		{[]string{"--demo", "exotel-monitor://alerts/12"}, Options{Demo: true, DataDir: home, rateLimit: -1, Link: instance.Link{Screen: instance.Alerts, ID: 12}}},
		{[]string{"exotel-monitor://nowhere"}, Options{DataDir: home, rateLimit: -1}},
		{[]string{"--rate-limit=0"}, Options{DataDir: home}},
		{[]string{"--help"}, Options{Command: Help, rateLimit: -1}},
		{[]string{"-h"}, Options{Command: Help, rateLimit: -1}},
		{[]string{"help"}, Options{Command: Help, rateLimit: -1}},
		{[]string{"--version"}, Options{Command: Version, rateLimit: -1}},
		{[]string{"version"}, Options{Command: Version, rateLimit: -1}},
		{[]string{"report", "--help"}, Options{Command: Help, rateLimit: -1, format: "text"}},
		{report(), Options{Command: Report, DataDir: home, rateLimit: -1, period: november, format: "text"}},
		{report("--format", "csv", "--demo"), Options{Command: Report, Demo: true, DataDir: home, rateLimit: -1, period: november, format: "csv"}},
		{report("--direction", "inbound", "--exophone", "08040000001", "--status", "busy", "--format=json"),
			Options{Command: Report, DataDir: home, rateLimit: -1, period: november, format: "json",
				filter: metrics.Filter{Direction: "inbound", ExoPhone: "08040000001", Status: &busy}}},
		{[]string{"serve"}, Options{Command: Serve, DataDir: home, rateLimit: -1, api: "127.0.0.1:3001"}},
		{[]string{"serve", "--webhook", "127.0.0.1:3000"}, Options{Command: Serve, DataDir: home, rateLimit: -1, api: "127.0.0.1:3001", webhook: "127.0.0.1:3000"}},
		{[]string{"serve", "--api", "[::1]:80"}, Options{Command: Serve, DataDir: home, rateLimit: -1, api: "[::1]:80"}},
		{[]string{"serve", "--api", "localhost:0"}, Options{Command: Serve, DataDir: home, rateLimit: -1, api: "localhost:0"}},
		{[]string{"serve", "--api", "0.0.0.0:80", "--allow-remote"}, Options{Command: Serve, DataDir: home, rateLimit: -1, api: "0.0.0.0:80", apiRemote: true}},
	} {
		got, err := Parse(test.args, none)
		if err != nil || !reflect.DeepEqual(got, test.want) {
			t.Errorf("%q:\n got %+v, %v\nwant %+v", test.args, got, err, test.want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for args, says := range map[string]string{
		"sing":                        `"sing" is not a command`,
		"--colour":                    "-colour",
		"report":                      "start and end are required",
		"report --start 2026-11-01":   "start and end are required",
		"report now":                  `"now" was not expected`,
		"--demo report":               `"report" was not expected`,
		"--start 2026-11-01":          "-start",
		"serve --start 2026-11-01":    "-start",
		"serve --hidden":              "-hidden",
		"serve --api 3001":            "not an address",
		"serve --webhook 3000":        `"3000" is not an address to listen on; write it like 127.0.0.1:3000`,
		"serve --api :3001":           "--allow-remote",
		"serve --api 0.0.0.0:3001":    "--allow-remote",
		"serve --api 192.168.1.2:80":  "--allow-remote",
		"serve --api evil.example:80": "--allow-remote",
		"--rate-limit -1":             "rate-limit",
		"--rate-limit many":           "rate-limit",
		"report --start 2026-11-01 --end 2026-10-01":                          "after end",
		"report --start 2026-11-31 --end 2026-12-01":                          "not a date",
		"report --start 2026-11-01 --end 2026-11-01 --format xml":             "not a format",
		"report --start 2026-11-01 --end 2026-11-01 --direction incoming":     "not a direction",
		"report --start 2026-11-01 --end 2026-11-01 --status answered":        "not a status",
		"report --start 2026-11-01 --end 2026-11-01 --exophone --format=json": "not a phone number",
		"report --start 2026-11-01 --end 2026-11-01 --exophone 123":           "not a phone number",
	} {
		_, err := Parse(strings.Fields(args), func(string) string { return "" })
		if !errors.Is(err, ErrUsage) || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", args, err)
		}
	}
}

func TestUsageNamesEveryCommandAndFlag(t *testing.T) {
	for _, word := range []string{
		"report", "serve", "--start", "--end", "--direction", "--exophone", "--status", "--format", "--api", "--allow-remote",
		"--demo", "--data", "--zone", "--rate-limit", "--version", "--help", "EXOTEL_API_KEY", "EXOTEL_API_TOKEN",
		"EXOTEL_ACCOUNT_SID", "EXOTEL_SUBDOMAIN", "EXOTEL_MONITOR_DATA",
		"--hidden", "--webhook", "EXOTEL_WEBHOOK_SECRET", "EXOTEL_UPDATE_FEED",
	} {
		if !strings.Contains(Usage, word) {
			t.Errorf("%s is missing", word)
		}
	}
}

func TestCommandLineWinsOverSavedSettings(t *testing.T) {
	dir := t.TempDir()
	saved := config.Default()
	saved.Zone, saved.RefreshSeconds, saved.RatePerMinute = "Asia/Singapore", 120, 30
	if err := saved.Save(dir); err != nil {
		t.Fatal(err)
	}
	if got, err := parse(t, "--data", dir).Settings(); err != nil || got != saved {
		t.Errorf("nothing said: %+v, %v", got, err)
	}
	got, err := parse(t, "--data", dir, "--zone", "UTC", "--rate-limit", "0").Settings()
	want := saved
	want.Zone, want.RatePerMinute = "UTC", 0
	if err != nil || got != want {
		t.Errorf("said: %+v, %v", got, err)
	}
}
