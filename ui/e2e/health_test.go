//go:build e2e

package e2e

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// daemon is dunst, a real notification daemon, and what it was asked to show.
type daemon struct {
	t *testing.T
	d *desktop
	p *process
}

func (d *desktop) startNotifications() *daemon {
	d.t.Helper()
	// They stay until they are closed: nobody knows how soon a test looks at them.
	config := d.write(".config/dunst/dunstrc", "[global]\n    markup = full\n    origin = bottom-right\n    width = 420\n    notification_limit = 3\n"+
		"[urgency_normal]\n    timeout = 0\n[urgency_critical]\n    timeout = 0\n")
	p := d.spawn(nil, "dunst", "-conf", config, "-print")
	until(d.t, "the notification daemon", func() bool {
		answer, err := d.run("dbus-send", "--session", "--print-reply=literal", "--dest=org.freedesktop.DBus",
			"/", "org.freedesktop.DBus.NameHasOwner", "string:org.freedesktop.Notifications")
		return err == nil && strings.Contains(answer, "true")
	})
	return &daemon{d.t, d, p}
}

// shown are the notifications so far, as "title (urgency)".
func (n *daemon) shown() []string {
	var all []string
	title := ""
	for line := range strings.Lines(n.p.log()) {
		line = strings.TrimSpace(line)
		if rest, ok := strings.CutPrefix(line, "summary: "); ok {
			title = strings.Trim(rest, "'")
		}
		if rest, ok := strings.CutPrefix(line, "urgency: "); ok {
			all = append(all, title+" ("+rest+")")
		}
	}
	return all
}

// sees waits until as many notifications were shown, and compares them.
func (n *daemon) sees(want ...string) {
	n.t.Helper()
	until(n.t, fmt.Sprintf("%d notifications", len(want)), func() bool { return len(n.shown()) >= len(want) })
	if got := n.shown(); strings.Join(got, "\n") != strings.Join(want, "\n") {
		n.t.Errorf("shown:\n  %s\nwant:\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

// hook is the program's webhook.
type hook struct {
	t   *testing.T
	url string
}

// freeAddress is one that nothing listens on. Systems give out higher ports by
// themselves, so that nobody gets it by chance before the program does.
func freeAddress(t *testing.T) string {
	t.Helper()
	for {
		listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", 10_000+rand.IntN(20_000)))
		if errors.Is(err, syscall.EADDRINUSE) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		defer listener.Close()
		return listener.Addr().String()
	}
}

// receives has the program on the desktop receive heartbeats.
func (d *desktop) receives() hook {
	d.t.Helper()
	listen := freeAddress(d.t)
	d.write(".local/share/exotel-monitor/settings.json", fmt.Sprintf(`{"health": {"pullMinutes": 5, "webhook": true, "address": %q, "ssh": {"bind": "127.0.0.1:3000"}}}`, listen))
	return hook{d.t, "http://" + listen + "/webhook/heartbeat"}
}

// post sends a heartbeat made now. It is sent again until the listener is there.
func (h hook) post(level string, incoming ...string) string {
	h.t.Helper()
	body, err := json.Marshal(map[string]any{
		"timestamp": time.Now().Format(time.RFC3339Nano), "status_type": level,
		"incoming_affected": incoming, "outgoing_affected": nil, "data": map[string]any{},
	})
	if err != nil {
		h.t.Fatal(err)
	}
	h.repeat(string(body))
	return string(body)
}

// repeat sends a heartbeat as it is.
func (h hook) repeat(body string) {
	h.t.Helper()
	client := http.Client{Timeout: 5 * time.Second}
	until(h.t, "the webhook", func() bool {
		response, err := client.Post(h.url, "application/json", strings.NewReader(body))
		if err != nil {
			return false
		}
		response.Body.Close()
		return response.StatusCode == http.StatusOK
	})
}

// A heartbeat of Exotel's reaches a person: on the desktop once and with the
// right urgency, on the screen for as long as it lasts, and never again for a
// repeated post or a restart.
func TestCriticalReachesThePerson(t *testing.T) {
	t.Parallel()
	address, _ := account(t)
	d := newDesktop(t, true)
	n := d.startNotifications()
	s := d.screen
	h := d.receives()
	env := accountEnv(address)

	p := d.open(env, "--rate-limit", "0")
	s.sees("All 6 numbers up, both directions")
	s.settled()
	s.picture("health-ok")
	all := []string{"08040000001", "02240000002", "01140000003", "04440000004", "03340000005", "04040000006"}
	const announced = "CRITICAL: incoming down on 6 of 6 numbers (CRITICAL)"
	body := h.post("CRITICAL", all...)
	n.sees(announced)
	s.sees("6 of 6 numbers down, incoming")
	s.picture("health-critical")
	h.repeat(body)
	h.post("CRITICAL", all...)
	s.press("ctrl+3")
	s.sees("delivered")
	s.picture("alerts")
	n.sees(announced)
	p.quit()

	p = d.open(env, "--rate-limit", "0")
	h.post("CRITICAL", all...)
	s.sees("6 of 6 numbers down, incoming")
	s.press("a")
	s.sees("Acknowledged")
	n.sees(announced) // a restart with nothing changed is silent
	h.post("OK")
	h.post("OK")
	until(t, "the recovery", func() bool { return len(n.shown()) == 2 })
	if got := n.shown()[1]; !strings.HasPrefix(got, "OK again: ") || !strings.HasSuffix(got, "(NORMAL)") {
		t.Errorf("shown: %s", got)
	}
	s.sees("All 6 numbers up, both directions")
	h.post("WARNING", "08040000001")
	s.sees("1 of 6 numbers down, incoming")
	s.picture("health-warning")
	until(t, "the third notification", func() bool { return len(n.shown()) >= 3 })
	until(t, "the notifications to close", func() bool { // they name the number, too, and are told of a moment before
		if _, err := d.run("dunstctl", "close-all"); err != nil {
			t.Error(err)
		}
		return len(s.findAll("Support main")) == 2 // in the strip and in the table
	})
	s.clickTop("Support main")
	s.sees("Last 24 hours")
	s.sees("Uptime")
	s.picture("phone-history")
	s.press("Escape")
	s.sees("Calls by hour")
	if got := len(n.shown()); got != 3 {
		t.Errorf("%d notifications", got)
	}
	p.quit()
	d.keepsSecrets()
	if files, err := filepath.Glob(filepath.Join(d.home, ".local/share/exotel-monitor/accounts/*/calls.db")); err != nil || len(files) != 1 {
		t.Errorf("on record: %v, %v", files, err)
	}
}

// kill -9 at any moment loses no incident and repeats no notification.
func TestKilledWhileItTells(t *testing.T) {
	t.Parallel()
	address, _ := account(t)
	d := newDesktop(t, false)
	n := d.startNotifications()
	listen := freeAddress(t)
	h := hook{t, "http://" + listen + "/webhook/heartbeat"}
	env := append(d.env, accountEnv(address)...)
	serve := func() *process {
		return d.spawn(func(c *exec.Cmd) { c.Env = env }, programPath(t), "serve", "--api", "127.0.0.1:0", "--webhook", listen, "--rate-limit", "0")
	}
	for wait := range 8 {
		p := serve()
		h.post("WARNING", "08040000001")
		time.Sleep(time.Duration(wait) * 15 * time.Millisecond)
		_ = p.cmd.Process.Signal(os.Kill)
		<-p.done
	}
	serve()
	h.post("WARNING", "08040000001")
	until(t, "the notification", func() bool { return len(n.shown()) > 0 })
	h.post("OK")
	h.post("OK")
	until(t, "the recovery", func() bool { return strings.Contains(strings.Join(n.shown(), "\n"), "OK again") })
	// Killed while one was sent, it is reminded of; announced and ended it is once.
	// A heartbeat before the list of numbers says "1 number", one after it "1 of 6 numbers".
	announced, over := 0, 0
	for _, title := range n.shown() {
		switch {
		case strings.HasPrefix(title, "WARNING: incoming down on 1 "):
			announced++
		case strings.HasPrefix(title, "OK again"):
			over++
		case !strings.HasPrefix(title, "Still WARNING"):
			t.Errorf("shown: %s", title)
		}
	}
	if announced > 1 || over != 1 {
		t.Errorf("shown: %q", n.shown())
	}
}
