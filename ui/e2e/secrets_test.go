//go:build e2e

package e2e

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"exotel-monitor/exotel/exoteltest"
	"exotel-monitor/ui/config"
)

// webhookEntry is whose entry in the keyring holds the account's secret.
func webhookEntry(address string) string {
	return "webhook " + filepath.Base(config.Credentials{BaseURL: address, SID: accountSID}.Folder(""))
}

// A whole session with keys that are typed, a webhook with its secret, calls, an
// alert, refused requests and a diagnosis leaves no secret in any file and, but
// for the stored calls, no customer's number.
func TestNoSecretInAnyFile(t *testing.T) {
	t.Parallel()
	fake, address, yesterday := servedAccount(t)
	d := newDesktop(t, true)
	n := d.startNotifications()
	s := d.screen
	listen := freeAddress(t)
	d.write(".local/share/exotel-monitor/settings.json", fmt.Sprintf(`{"health": {"pullMinutes": 5, "webhook": true, "address": %q,
		"publicURL": "https://calls.example.app", "ssh": {"bind": "127.0.0.1:3000"}}}`, listen))
	env := []string{"EXOTEL_SUBDOMAIN=" + address}

	p := d.open(env, "--rate-limit", "0")
	s.sees("Connect your Exotel account")
	for _, text := range []string{accountKey, accountToken, accountSID} {
		s.enter(text)
		s.press("Tab")
	}
	s.click("Connect", 0)
	s.sees("All 6 numbers up, both directions")
	secret := ""
	until(t, "the webhook's secret", func() bool {
		text, err := d.run("secret-tool", "lookup", "service", "in.exotel-monitor.app", "username", webhookEntry(address))
		secret = strings.TrimSpace(text)
		return err == nil && secret != ""
	})
	h := hook{t, "http://" + listen + "/webhook/heartbeat/" + secret}
	h.post("CRITICAL", "08040000001")
	s.sees("1 of 6 numbers down, incoming")
	until(t, "the notification", func() bool { return len(n.shown()) > 0 })
	s.press("y")
	d.showsSampleDay(yesterday)

	// What is refused is logged.
	fake.SetFaults(exoteltest.Faults{FailStatus: http.StatusUnauthorized})
	s.press("r")
	s.sees("Exotel refused the API key or token")
	if response, err := http.Post("http://"+listen+"/webhook/heartbeat/"+secret+"x?token="+secret, "application/json", strings.NewReader("{")); err == nil {
		response.Body.Close()
	}
	s.press("question")
	s.click("Copy diagnostics", 0)
	s.sees("Copied. Versions, settings")
	diagnosis, err := d.run("xclip", "-selection", "clipboard", "-o")
	if err != nil || !strings.Contains(diagnosis, "diagnosis of") {
		t.Errorf("the clipboard holds %q, %v", diagnosis, err)
	}
	d.write("diagnosis.txt", diagnosis) // to be searched, too
	s.press("Escape")
	d.again("exotel-monitor://alerts")
	s.sees("Check now")
	p.quit()

	log, err := os.ReadFile(filepath.Join(d.home, ".local/share/exotel-monitor/exotel-monitor.log"))
	if err != nil || !strings.Contains(string(log), "level=WARN") {
		t.Errorf("the log holds %q, %v", log, err)
	}
	d.keepsSecrets(secret, url.QueryEscape(accountToken), base64.StdEncoding.EncodeToString([]byte(accountKey+":"+accountToken)))
	d.keepsNumbers(fake)
}

// keepsNumbers looks for the customers' numbers in everything that was written,
// but for the file that stores the calls.
func (d *desktop) keepsNumbers(fake *exoteltest.Account) {
	d.t.Helper()
	ours := map[string]bool{}
	for _, phone := range fake.Phones() {
		ours[digits(phone.Number)] = true
	}
	customers := map[string]bool{}
	for _, call := range fake.Calls(time.Now().AddDate(0, 0, -2), time.Now()) {
		for _, number := range []string{call.From, call.To} {
			if number = digits(number); len(number) == 10 && !ours[number] {
				customers[number] = true
			}
		}
	}
	if len(customers) < 100 {
		d.t.Fatalf("only %d customers", len(customers))
	}
	files, stored := 0, false
	for _, root := range []string{d.home, d.out} {
		err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || !entry.Type().IsRegular() {
				return err
			}
			if strings.HasPrefix(entry.Name(), "calls.db") {
				stored = true
				return nil
			}
			files++
			data, err := os.ReadFile(path)
			for number := range customers {
				if bytes.Contains(data, []byte(number)) {
					d.t.Errorf("%s holds the number %s", path, number)
				}
			}
			return err
		})
		if err != nil {
			d.t.Error(err)
		}
	}
	if !stored {
		d.t.Error("no calls are stored")
	}
	d.t.Logf("none of %d customers' numbers in %d files", len(customers), files)
}

// digits are the last ten digits of a number.
func digits(number string) string {
	only := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, number)
	return only[max(0, len(only)-10):]
}
