package settings

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"exotel-monitor/heartbeat/alert"
	"exotel-monitor/heartbeat/journal"
	"exotel-monitor/heartbeat/reception"
	"exotel-monitor/heartbeat/tunnel"
	"exotel-monitor/ui/config"
	"exotel-monitor/ui/kit"
	"exotel-monitor/ui/uitest"
	"exotel-monitor/ui/uitest/sample"
)

// TestPastedAddressLosesItsSecret: who pastes the address for Exotel into the
// public URL gets its base.
func TestPastedAddressLosesItsSecret(t *testing.T) {
	for pasted, want := range map[string]string{
		"https://a.example/webhook/heartbeat/" + sample.Secret:        "https://a.example",
		"  https://a.example/in/webhook/heartbeat/" + sample.Secret:   "https://a.example/in",
		"https://a.example/webhook/heartbeat/" + sample.Secret + "\n": "https://a.example",
		"https://a.example/webhook/heartbeat":                         "https://a.example/webhook/heartbeat", // while it is typed
		"https://a.example/webhook/heartbeat?" + "token=something":    "https://a.example/webhook/heartbeat?token=something",
	} {
		r := open(t, receiving())
		r.webhook.public.SetText(pasted)
		if got := r.webhook.public.Text; got != want {
			t.Errorf("%q became %q, want %q", pasted, got, want)
		}
	}
	r := open(t, receiving())
	r.webhook.public.SetText("https://a.example/webhook/heartbeat")
	r.Save()
	if r.webhook.public.Text != "https://a.example" || r.stored[0].Health.PublicURL != "https://a.example" {
		t.Errorf("saved %q, shown %q", r.stored[0].Health.PublicURL, r.webhook.public.Text)
	}
}

func TestSecretIsCopiedAndNeverShown(t *testing.T) {
	r := open(t, receiving())
	if !r.Shows("https://calls.example.app/webhook/heartbeat/••••••") {
		t.Error("the address for Exotel is not shown")
	}
	r.Tap("Copy URL")
	if r.renewed || !r.webhook.copy.Button.Disabled() {
		t.Error("the keyring is not asked for the secret")
	}
	r.answered(sample.Secret, nil)
	if want := "https://calls.example.app/webhook/heartbeat/" + sample.Secret; r.copied != want {
		t.Errorf("copied %q, want %q", r.copied, want)
	}
	if !r.Shows("Copied.") || r.shows(sample.Secret) {
		t.Errorf("says %q", r.webhook.copy.Answer.Text)
	}
	// What cannot be read as a URL any more is pasted, and left.
	r.webhook.public.SetText("http://calls.example.app/webhook/heartbeat/" + sample.Secret)
	r.Leave()
	if r.shows(sample.Secret) {
		t.Error("a screen that was left has the secret")
	}
}

func TestOnlyWhatIsSavedIsCopiedAndTested(t *testing.T) {
	for what, change := range map[string]func(*Screen){
		"address":    func(p *Screen) { p.webhook.address.SetText("127.0.0.1:3001") },
		"public URL": func(p *Screen) { p.webhook.public.SetText("https://b.example") },
		"nonsense":   func(p *Screen) { p.webhook.public.SetText("b") },
		"tunnel":     func(p *Screen) { p.tunnel.on.SetChecked(true) },
	} {
		r := open(t, receiving())
		change(r.Screen)
		if r.CanTap("Copy URL") || r.CanTap("Test") || !r.Shows("Save first, then copy or test the URL.") {
			t.Errorf("%s: says %q", what, r.webhook.copy.Answer.Text)
		}
	}
	r := open(t, receiving())
	r.webhook.public.SetText("https://b.example")
	r.Tap("Save")
	if r.Shows("Save first") || !r.Shows("https://b.example/webhook/heartbeat/••") {
		t.Error("saving does not help")
	}
	r.Tap("Copy URL")
	r.answered(sample.Secret, nil)
	if r.copied != "https://b.example/webhook/heartbeat/"+sample.Secret {
		t.Errorf("copied %q", r.copied)
	}

	nowhere := receiving()
	nowhere.Health.PublicURL = ""
	r = open(t, nowhere)
	if !r.Shows("Enter a public URL and save. Then you can copy and test") || r.CanTap("Test") || r.CanTap("Copy URL") {
		t.Errorf("without a public URL: %q", r.webhook.test.Answer.Text)
	}
	r = open(t, config.Default())
	r.notify.sound.SetChecked(true)
	if !r.Shows("Save first, then send a test.") || r.CanTap("Send a test notification") {
		t.Error("a test notification does not sound as it will")
	}
	r.Tap("Discard")
	if r.Shows("Save first") || !r.CanTap("Send a test notification") {
		t.Error("it cannot be sent after all")
	}
}

func TestQuestionsHoldTheirButtonUntilTheAnswer(t *testing.T) {
	refusal := errors.New("the bus is gone; log in again")
	for _, tt := range []struct {
		button, busy string
		answer       func(*rig)
		want         string
	}{
		{"Find tunnel", "Looking for ngrok", func(r *rig) { r.found(nil, refusal) }, "The bus is gone; log in again."},
		{"Find tunnel", "Looking for ngrok", func(r *rig) {
			r.found([]tunnel.Endpoint{{URL: "https://n.example", Agent: "ngrok", PortKnown: true}}, nil)
		}, "Found via ngrok. Save"},
		{"Copy URL", "Opening the keyring", func(r *rig) { r.answered("", fmt.Errorf("%w (busy)", config.ErrLocked)) }, "The keyring is locked"},
		{"Test", "Sending a test heartbeat", func(r *rig) {
			r.tested(tunnel.Result{Arrived: 143 * time.Millisecond, Answered: 150 * time.Millisecond}, nil)
		}, "Round trip 143 ms (accepted after 150 ms)."},
		{"Test", "Sending a test heartbeat", func(r *rig) { r.tested(tunnel.Result{}, refusal) }, "The test failed: the bus is gone"},
		{"Send a test notification", "Sending…", func(r *rig) { r.tried(nil, refusal) }, "The bus is gone"},
		{"Send a test notification", "Sending…", func(r *rig) { r.tried(delivered(journal.Accepted, ""), nil) }, "Delivered at 10:42."},
		{"Send a test notification", "Sending…", func(r *rig) { r.tried(delivered(journal.Refused, "do not disturb is on"), nil) }, "Not delivered: do not disturb is on."},
		{"Send a test notification", "Sending…", func(r *rig) { r.tried(delivered(journal.Unreported, ""), nil) }, "Sent. This system doesn't confirm delivery."},
	} {
		r := open(t, receiving())
		r.Tap(tt.button)
		if !r.Shows(tt.busy) || r.enabled(tt.button) {
			t.Errorf("%s: nothing says that it is under way", tt.button)
		}
		tt.answer(r)
		if !r.Shows(tt.want) || r.Shows(tt.busy) || !r.enabled(tt.button) {
			t.Errorf("%s: not said: %q", tt.button, tt.want)
		}
	}
}

func delivered(state journal.DeliveryState, reason string) *journal.Delivery {
	at := time.Date(2026, 11, 20, 5, 12, 0, 0, time.UTC)
	return &journal.Delivery{State: state, Error: reason, Note: alert.Note{At: at}}
}

// enabled reports whether a button of that text can be pressed.
func (r *rig) enabled(text string) bool {
	found := false
	uitest.Walk(r.Screen.View, func(o fyne.CanvasObject) {
		if b, ok := o.(*kit.Button); ok && b.Text == text {
			found = !b.Disabled()
		}
	})
	return found
}

// TestLateAnswersChangeNothing: neither after the screen was left, nor after
// something else was saved.
func TestLateAnswersChangeNothing(t *testing.T) {
	for name, leave := range map[string]func(*rig){
		"left":  func(r *rig) { r.Leave() },
		"saved": func(r *rig) { r.Save() },
	} {
		r := open(t, receiving())
		for _, button := range []string{"Find tunnel", "Copy URL", "Test", "Send a test notification"} {
			r.Tap(button)
		}
		leave(r)
		before := r.webhook.public.Text
		r.found([]tunnel.Endpoint{{URL: "https://late.example", Agent: "ngrok"}}, nil)
		r.answered(sample.Secret, nil)
		r.tested(tunnel.Result{}, errors.New("late"))
		r.tried(delivered(journal.Accepted, ""), nil)
		if r.copied != "" || r.webhook.public.Text != before {
			t.Errorf("%s: copied %q, public URL %q", name, r.copied, r.webhook.public.Text)
		}
		for _, q := range []*kit.Inquiry{r.webhook.find, r.webhook.copy, r.webhook.test, r.notify.try} {
			if q.Answer.Text != "" || q.Button.Disabled() {
				t.Errorf("%s: %s says %q", name, q.Button.Text, q.Answer.Text)
			}
		}
	}
}

func TestFindTunnelTakesTheBest(t *testing.T) {
	r := open(t, receiving())
	r.webhook.address.SetText("127.0.0.1:8080")
	r.Tap("Find tunnel")
	r.found([]tunnel.Endpoint{
		{URL: "https://old.example", Agent: "cloudflared"},
		{URL: "https://right.example", Agent: "ngrok", PortKnown: true},
		{URL: "https://second.example", Agent: "ngrok", PortKnown: true},
	}, nil)
	if r.port != 8080 || r.webhook.public.Text != "https://right.example" || !r.Shows("Found via ngrok.") {
		t.Errorf("port %d, filled in %q", r.port, r.webhook.public.Text)
	}
	r.Tap("Find tunnel")
	r.found([]tunnel.Endpoint{{URL: "https://old.example", Agent: "cloudflared"}}, nil)
	if r.webhook.public.Text != "https://old.example" || !r.Shows("target unknown") {
		t.Errorf("filled in %q", r.webhook.public.Text)
	}
	r.webhook.address.SetText("8080")
	r.found = nil
	r.Tap("Find tunnel")
	if r.found != nil || !r.Shows("is not an address for the webhook") {
		t.Error("looks for a port that is none")
	}
}

func TestRenewalIsAskedFirst(t *testing.T) {
	r := open(t, receiving())
	r.Tap("Renew secret")
	if !r.Shows("No heartbeats arrive until you paste the new one") || r.answered != nil {
		t.Error("not asked")
	}
	r.Press(fyne.KeyReturn) // Cancel has the focus
	if r.HasOverlay() || r.answered != nil {
		t.Error("Cancel renews")
	}
	r.Tap("Renew secret")
	r.Tap("Renew secret")
	if !r.renewed || r.enabled("Renew secret") {
		t.Error("no new secret is asked for")
	}
	r.answered(sample.Secret, nil)
	if !r.Shows("Renewed.") || r.copied != "" || r.shows(sample.Secret) {
		t.Errorf("says %q", r.webhook.renew.Answer.Text)
	}
}

func TestReceptionIsShownAsItIs(t *testing.T) {
	broken := errors.New("the port is taken; choose another")
	at := time.Date(2026, 11, 20, 6, 35, 30, 0, time.UTC)
	type state = reception.State
	for _, tt := range []struct {
		what            string
		webhook, tunnel bool // as saved
		change          func(*Screen)
		state           state
		want, wantSSH   string
	}{
		{"off", false, false, nil, state{}, "Off", "Turn on the webhook first; the tunnel forwards to it."},
		{"to be started", false, false, func(p *Screen) { p.webhook.on.SetChecked(true) }, state{}, "Save to start.", "Off"},
		{"to be stopped", true, false, func(p *Screen) { p.webhook.on.SetChecked(false) }, state{Listening: "x"}, "Save to stop.", "Turn on the webhook first; the tunnel forwards to it."},
		{"to be moved", true, false, func(p *Screen) { p.webhook.address.SetText("[::1]:1") }, state{Listening: "x"}, "Save to listen there.", "Off"},
		{"starting", true, false, nil, state{}, "Starting…", "Off"},
		{"listening", true, false, nil, state{Listening: "127.0.0.1:3000"}, "Listening on 127.0.0.1:3000", "Off"},
		{"broken", true, false, nil, state{Err: broken}, "The port is taken; choose another.", "Off"},

		{"without a webhook", false, true, nil, state{}, "Off", "Turn on the webhook too; the tunnel forwards to it."},
		{"to be opened", true, false, func(p *Screen) { p.tunnel.on.SetChecked(true) }, state{Listening: "x"}, "Listening on x", "Save to open it."},
		{"to be changed", true, true, func(p *Screen) { p.tunnel.user.SetText("other") }, state{Listening: "x"}, "Listening on x", "Save to open it."},
		{"to be closed", true, true, func(p *Screen) { p.tunnel.on.SetChecked(false) }, state{Listening: "x"}, "Listening on x", "Save to close it."},
		{"connecting", true, true, nil, state{Tunnel: tunnel.State{Phase: tunnel.Connecting}}, "Starting…", "Connecting…"},
		{"open", true, true, nil, state{Tunnel: tunnel.State{Phase: tunnel.Up, Remote: "127.0.0.1:9"}}, "Starting…", "Open: the server listens on 127.0.0.1:9"},
		{"waiting", true, true, nil, state{Tunnel: tunnel.State{Phase: tunnel.Waiting, RetryAt: at, Err: broken}}, "Starting…", "Waiting until 12:05:30: the port is taken; choose another."},
		{"ended", true, true, nil, state{TunnelErr: broken}, "Starting…", "The port is taken; choose another."},
	} {
		s := config.Default()
		s.Health.Webhook = tt.webhook
		s.Health.SSH = config.SSH{On: tt.tunnel, Server: "relay", User: "me", Bind: "127.0.0.1:9"}
		r := open(t, s)
		r.SetReception(tt.state)
		if tt.change != nil {
			tt.change(r.Screen)
		}
		if got := r.webhook.state.Text; got != tt.want {
			t.Errorf("%s: webhook %q, want %q", tt.what, got, tt.want)
		}
		if got := r.tunnel.state.Text; got != tt.wantSSH {
			t.Errorf("%s: tunnel %q, want %q", tt.what, got, tt.wantSSH)
		}
	}
	if r := open(t, receiving()); !r.Shows("Listening on 127.0.0.1:3000") {
		t.Error("the screen opens without the state")
	}
}
