package notify

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// startDunst starts the daemon that Debian ships, on a screen of its own, and
// returns a look at what it has printed of the notifications it got.
func startDunst(t *testing.T, markup string) (printed func() string) {
	t.Helper()
	folder := shortFolder(t)
	startBus(t, folder)
	number, _ := announced(t, command(t, "Xvfb", "-displayfd", "3", "-screen", "0", "640x480x24", "-nolisten", "tcp", "-noreset"))
	t.Setenv("DISPLAY", ":"+number)
	t.Setenv("HOME", folder)
	config, output := filepath.Join(folder, "dunstrc"), filepath.Join(folder, "printed")
	if err := os.WriteFile(config, []byte("[global]\n    markup = "+markup+"\n[urgency_normal]\n    timeout = 0\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	file, err := os.Create(output)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	cmd := command(t, "dunst", "-conf", config, "-print")
	cmd.Stdout = file
	start(t, cmd)
	conn := newConn(t)
	until(t, "dunst offers its service", func() bool { return owned(t, conn, service) })
	return func() string {
		text, err := os.ReadFile(output)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
}

// displayed is how many notifications dunst has on its screen.
func displayed(t *testing.T) string {
	t.Helper()
	out, err := command(t, "dunstctl", "count", "displayed").Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

func TestRealDaemonShowsEachAlertOnceAsItIs(t *testing.T) {
	for markup, body := range map[string]string{
		"full": "&lt;b&gt;R&amp;D&lt;/b&gt;, Owner's desk",
		"no":   "<b>R&D</b>, Owner's desk",
	} {
		t.Run("markup "+markup, func(t *testing.T) {
			printed := startDunst(t, markup)
			s := newSystem(t, patience)
			for _, m := range []Message{
				{Title: "CRITICAL: incoming down on R&D, विक्रय, தமிழ்", Body: "<b>R&D</b>, Owner's desk", Urgent: true},
				{Title: "Recovered", Body: "after 5 min"},
			} {
				if err := s.Notify(t.Context(), m); err != nil {
					t.Fatal(err)
				}
			}
			until(t, "both are on the screen", func() bool { return displayed(t) == "2" })
			for line, want := range map[string]int{
				"summary: 'CRITICAL: incoming down on R&D, विक्रय, தமிழ்'": 1,
				"body: '" + body + "'":                   1,
				"urgency: CRITICAL":                      1,
				"summary: 'Recovered'":                   1,
				"body: 'after 5 min'":                    1,
				"urgency: NORMAL":                        1,
				"desktop_entry: 'in.exotel-monitor.app'": 2,
				"appname: 'Exotel Monitor'":              2,
			} {
				if got := strings.Count(printed(), line+"\n"); got != want {
					t.Errorf("%d times %s in\n%s", got, line, printed())
				}
			}
		})
	}
}
