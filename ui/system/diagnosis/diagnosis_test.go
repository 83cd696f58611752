package diagnosis

import (
	"errors"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/ui/config"
)

// computer is one that nothing is found out about.
func computer(env map[string]string) system {
	return system{
		now: time.Date(2026, 11, 22, 10, 30, 0, 0, exotel.India), name: "Debian GNU/Linux 13 (trixie)", machine: "linux/amd64",
		getenv: func(name string) string { return env[name] },
		home:   "/home/ashok", names: []string{"ashok", "Ashok Kumar", "Ashok", "Kumar", "ashoks-laptop"},
		build: &debug.BuildInfo{
			Deps: []*debug.Module{
				{Path: "fyne.io/fyne/v2", Version: "v2.8.0", Replace: &debug.Module{Path: "fork", Version: "v2.8.1"}},
				{Path: "golang.org/x/mod", Version: "v0.42.0"},
				{Path: "modernc.org/sqlite", Version: "v1.37.1"},
				{Path: "zombiezen.com/go/sqlite", Version: "v1.4.2"},
			},
			Settings: []debug.BuildSetting{
				{Key: "vcs.revision", Value: "32d14f3b5e9a7c1d4f6b8a0c2e4d6f8a1b3c5d7e"}, {Key: "vcs.time", Value: "2026-11-21T18:00:00Z"}, {Key: "vcs.modified", Value: "true"},
			},
		},
	}
}

var x11 = map[string]string{"XDG_CURRENT_DESKTOP": "ubuntu:GNOME", "XDG_SESSION_TYPE": "x11", "DISPLAY": ":0"}

// usual are the facts of a manager's computer.
func usual() Facts {
	s := config.Default()
	s.RefreshSeconds = 30
	s.Health.Webhook = true
	s.Health.Address = "192.168.1.20:3000"
	s.Health.PublicURL = "https://acme-7.ngrok-free.app/hidden-path"
	s.Health.SSH = config.SSH{On: true, Server: "gate.acme.example:2222", User: "ubuntu", KeyFile: "/home/ashok/.ssh/id_acme", Bind: "127.0.0.1:3000"}
	s.UpdateCheck, s.UpdateFeed, s.UpdateSkip = true, "https://feeds.acme.example/exotel.json", "1.3.0"
	s.Alerts.Quiet[6] = config.Quiet{On: true, From: "21:00", To: "09:30"}
	account := config.Credentials{BaseURL: exotel.Mumbai, SID: "acmetelecom1", Key: "keykeykeykey1234abcd", Token: "tokentoken/5678+efgh"}
	return Facts{
		Version: "1.2.0", Scale: 1.25, Settings: s, Account: account,
		Secret:  "chosen+webhook/word",
		DataDir: "/home/ashok/.local/share/exotel-monitor", Bytes: 12_345_678, Days: 45,
		LastSuccess: time.Date(2026, 11, 22, 10, 0, 0, 0, exotel.India), Failures: 3,
		LastFailure: errors.New("list calls: Exotel could not be reached: dial tcp: lookup api.in.exotel.com: no such host."),
		Log: []string{
			`time=2026-11-22T10:05:00.000+05:30 level=WARN msg="tunnel: ubuntu@gate.acme.example did not answer" key=••• from=09876543210`,
			`time=2026-11-22T10:06:00.000+05:30 level=ERROR msg="nothing is kept" error="open ` + filepath.ToSlash(filepath.Join(account.Folder("/home/ashok/.local/share/exotel-monitor"), "calls.db")) + `: no space left" host=ashoks-laptop`,
		},
	}
}

func TestTheTextSaysWhatHelps(t *testing.T) {
	want := `Exotel Monitor, diagnosis of 2026-11-22T10:30:00+05:30
version: 1.2.0
build: commit 32d14f3b5e9a of 2026-11-21T18:00:00Z, changed
made with: ` + runtime.Version() + `, Fyne v2.8.1, SQLite v1.37.1, zombiezen SQLite v1.4.2
system: Debian GNU/Linux 13 (trixie), linux/amd64
desktop: ubuntu:GNOME, x11, DISPLAY set, WAYLAND_DISPLAY not set
screen scale: 1.25
region: api.in.exotel.com
account: ac•••m1
data folder: ~/.local/share/exotel-monitor
stored calls: 45 days, 12.3 MB
last success: 2026-11-22T10:00:00+05:30
failures since: 3
last failure: list calls: Exotel could not be reached: dial tcp: lookup api.in.exotel.com: no such host.

settings that are not the default:
  refreshSeconds: 30
  health.webhook: true
  health.address: •••:3000
  health.publicURL: https://•••
  health.ssh.on: true
  health.ssh.server: set
  health.ssh.user: set
  health.ssh.keyFile: set
  alerts.quiet[6].on: true
  alerts.quiet[6].from: 21:00
  alerts.quiet[6].to: 09:30
  updateCheck: true
  updateFeed: https://•••
  updateSkip: 1.3.0

last warnings and errors:
  time=2026-11-22T10:05:00.000+05:30 level=WARN msg="tunnel: ••• did not answer" key=••• from=••• 210
  time=2026-11-22T10:06:00.000+05:30 level=ERROR msg="nothing is kept" error="open ~/.local/share/exotel-monitor/accounts/•••/calls.db: no space left" host=•••
`
	if got := text(usual(), computer(x11)); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestWhereNothingIsKnownTheTextSaysSo(t *testing.T) {
	s := computer(nil)
	s.build, s.home, s.names = nil, "", nil
	got := text(Facts{Settings: config.Default()}, s)
	for _, line := range []string{
		"version: unknown", "build: unknown", "made with: " + runtime.Version(), "region: none", "account: none", "data folder: none",
		"desktop: no XDG_CURRENT_DESKTOP, no XDG_SESSION_TYPE, DISPLAY not set, WAYLAND_DISPLAY not set",
		"last success: none", "failures since: 0", "settings that are not the default:\n  none", "last warnings and errors:\n  none",
	} {
		if !strings.Contains(got, line+"\n") {
			t.Errorf("%q is not in\n%s", line, got)
		}
	}
	if strings.Contains(got, "last failure") {
		t.Errorf("there is a failure in\n%s", got)
	}
}

// TestThisComputerIsDescribed: what is asked of the system is there.
func TestThisComputerIsDescribed(t *testing.T) {
	got := Text(Facts{Settings: config.Default()})
	if !strings.Contains(got, runtime.GOOS+"/"+runtime.GOARCH) || strings.Contains(got, "system: ,") {
		t.Errorf("got\n%s", got)
	}
}

func TestTheRegionIsExotelsOrNotNamed(t *testing.T) {
	for base, want := range map[string]string{
		"":                                     "none",
		exotel.Singapore:                       "api.exotel.com",
		"api.in.exotel.com":                    "api.in.exotel.com",
		"http://127.0.0.1:8080":                "this computer",
		"https://proxy.acme.example":           foreignRegion,
		"https://api.exotel.com.evil.test":     foreignRegion,
		"https://key:token@api.exotel.com":     "api.exotel.com",
		"https://key:token@proxy.acme.example": "an address that cannot be read",
	} {
		if got := region(base); got != want {
			t.Errorf("%q: %s", base, got)
		}
	}
}

func TestTheSystemIsNamedThoughAUserIsCalledLikeIt(t *testing.T) {
	s := computer(x11)
	s.name, s.names = "Ubuntu 24.04.1 LTS", []string{"ubuntu"}
	if got := text(usual(), s); !strings.Contains(got, "system: Ubuntu 24.04.1 LTS") || !strings.Contains(got, "desktop: ubuntu:GNOME") {
		t.Errorf("got\n%s", got)
	}
}

func TestOfALongLogTheLastLinesAreThere(t *testing.T) {
	f := usual()
	f.Log = nil
	for i := range 100 {
		f.Log = append(f.Log, "line "+strconv.Itoa(i)+" "+strings.Repeat("long ", 200))
	}
	got := text(f, computer(x11))
	if strings.Contains(got, "line 59 ") || !strings.Contains(got, "  line 60 ") || !strings.Contains(got, "  line 99 ") || len(got) > 40*700+2000 {
		t.Errorf("%d bytes:\n%.300s", len(got), got)
	}
}

func TestOtherSystemsHaveNoDesktopLine(t *testing.T) {
	for _, machine := range []string{"windows/amd64", "darwin/arm64"} {
		s := computer(nil)
		s.machine = machine
		if got := text(usual(), s); strings.Contains(got, "desktop:") {
			t.Errorf("%s:\n%s", machine, got)
		}
	}
}
