package ui

import (
	"errors"
	"net"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"

	"exotel-monitor/heartbeat/reception"
	"exotel-monitor/heartbeat/tunnel"
	"exotel-monitor/heartbeat/webhook"
	"exotel-monitor/ui/config"
)

// preferWebhook is the part of the settings screen about the webhook. The secret
// passes through it on its way to the clipboard and is never shown or kept.
type preferWebhook struct {
	view    fyne.CanvasObject
	on      *check
	state   *words
	address *field
	public  *field
	shown   *words // the address for Exotel, concealed
	details *fyne.Container

	find, copy, test, renew *inquiry

	actions preferenceActions
	saved   config.Settings
	unsaved func() bool // whether what is received, and where, was changed
}

func newPreferWebhook(actions preferenceActions, submit func(), unsaved func() bool) *preferWebhook {
	w := &preferWebhook{
		on: newCheck(tr("Receive heartbeats from Exotel"), submit), state: newAnswer(),
		address: newField(), public: newField(), shown: newWords(plain, sizeLabel, 1),
		actions: actions, unsaved: unsaved,
	}
	w.shown.most = preferWidth / 2
	w.public.SetPlaceHolder("https://")
	found, answer := newAnswer(), newAnswer()
	w.find = newInquiry(tr("Find tunnel"), found, w.findTunnel)
	w.copy = newInquiry(tr("Copy URL"), answer, w.copyAddress)
	w.test = newInquiry(tr("Test"), answer, w.testAddress)
	w.renew = newInquiry(tr("Renew secret"), answer, w.askRenewal)
	public := container.New(layout.NewBorderLayout(nil, nil, nil, w.find.button), w.public, w.find.button)
	w.details = newRows(
		newRow(tr("Listen on"), w.address, newHint(tr("An address of this computer, such as %s.", config.DefaultAddress))),
		newRow(tr("Public URL"), public, newHint(tr("Public address that reaches this computer (ngrok, cloudflared or SSH tunnel).")), found),
		newRow(tr("Webhook URL for Exotel"), newRows(w.shown), newHint(tr("Paste it into Exotel under Settings › Notifications Settings › Heartbeat.")),
			rowOf(8, w.copy.button, w.test.button, w.renew.button), answer),
	)
	w.view = newSection(tr("Webhook"), tr("Exotel notifies this computer the moment a line changes, if it can reach it."),
		newRow("", w.on, w.state), w.details)
	return w
}

// Set shows saved settings.
func (w *preferWebhook) Set(s config.Settings) {
	w.saved = s
	w.on.SetChecked(s.Health.Webhook)
	w.address.SetText(s.Health.Address)
	w.public.SetText(s.Health.PublicURL)
	w.Drop()
}

// Drop does not wait for answers any more.
func (w *preferWebhook) Drop() {
	for _, q := range []*inquiry{w.find, w.copy, w.test, w.renew} {
		q.Drop()
	}
}

// Read puts what was entered into settings. What is hidden stays as it was.
func (w *preferWebhook) Read(s *config.Settings) error {
	s.Health.Webhook = w.on.Checked
	if !w.on.Checked {
		return nil
	}
	base, err := publicBase(w.public.Text)
	s.Health.Address, s.Health.PublicURL = strings.TrimSpace(w.address.Text), base
	return err
}

// publicBase is a public URL without the webhook's path and a secret behind it.
func publicBase(text string) (string, error) {
	if strings.TrimSpace(text) == "" {
		return "", nil
	}
	url, err := tunnel.PublicURL(text, "")
	return strings.TrimSuffix(url, webhook.Path), err
}

// dropSecret takes the webhook's path and the secret out of a URL that was
// pasted whole.
func (w *preferWebhook) dropSecret() {
	if base, err := publicBase(w.public.Text); err == nil && strings.Contains(w.public.Text, webhook.Path+"/") {
		w.public.SetText(base)
	}
}

// concealed is the address for Exotel with dots in place of the secret.
func concealed(base string) string {
	url, err := tunnel.PublicURL(base, "")
	if err != nil {
		return ""
	}
	return url + "/••••••"
}

// Show says how the reception is, and what it needs.
func (w *preferWebhook) Show(state reception.State) {
	sentence, color := w.stateText(state)
	say(w.state, sentence, color)
	w.details.Hidden = !w.on.Checked
	w.shown.SetColor(plain)
	w.shown.Set(concealed(w.saved.Health.PublicURL))
	if w.shown.text == "" {
		w.shown.SetColor(colorMuted)
		w.shown.Set(tr("Enter a public URL and save to generate it."))
	}
}

func (w *preferWebhook) stateText(state reception.State) (string, fyne.ThemeColorName) {
	on, was := w.on.Checked, w.saved.Health.Webhook
	switch {
	case on && !was:
		return tr("Save to start."), plain
	case was && !on:
		return tr("Save to stop."), plain
	case !on:
		return tr("Off"), colorMuted
	case strings.TrimSpace(w.address.Text) != w.saved.Health.Address:
		return tr("Save to listen there."), plain
	case state.Err != nil:
		return errorText(state.Err), theme.ColorNameError
	case state.Listening != "":
		return tr("Listening on %s", state.Listening), theme.ColorNameSuccess
	default:
		return tr("Starting…"), plain
	}
}

// findTunnel fills in the public URL of a tunnel on this computer.
func (w *preferWebhook) findTunnel() {
	s := w.saved
	s.Health.Address = strings.TrimSpace(w.address.Text)
	if err := s.Check(); err != nil {
		say(w.find.answer, errorText(err), theme.ColorNameError)
		return
	}
	_, port, _ := net.SplitHostPort(s.Health.Address)
	number, _ := strconv.Atoi(port) // it was checked
	w.actions.find(number, asking(w.find, tr("Looking for ngrok and cloudflared…"), func(found []tunnel.Found) {
		best := found[0]
		for _, f := range found {
			if f.PortKnown {
				best = f
				break
			}
		}
		w.public.SetText(best.URL)
		sentence := tr("Found via %s. Save, then test.", best.Agent)
		if !best.PortKnown {
			sentence = tr("Found via %s, target unknown. Save, then test.", best.Agent)
		}
		say(w.find.answer, sentence, theme.ColorNameSuccess)
	}))
}

// saveFirst says what has to be saved before the address can be used, and
// reports whether anything has.
func (w *preferWebhook) saveFirst(q *inquiry) bool {
	switch {
	case w.unsaved():
		say(q.answer, tr("Save first."), theme.ColorNameWarning)
	case w.saved.Health.PublicURL == "":
		say(q.answer, tr("Enter a public URL first, and save."), theme.ColorNameWarning)
	default:
		return false
	}
	return true
}

func (w *preferWebhook) copyAddress() {
	if w.saveFirst(w.copy) {
		return
	}
	w.actions.secret(false, asking(w.copy, tr("Opening the keyring. Enter its password if prompted."), func(secret string) {
		url, err := tunnel.PublicURL(w.saved.Health.PublicURL, secret)
		if err != nil {
			say(w.copy.answer, errorText(err), theme.ColorNameError)
			return
		}
		w.actions.copy(url)
		say(w.copy.answer, tr("Copied. It contains a secret; share it only with Exotel."), theme.ColorNameSuccess)
	}))
}

func (w *preferWebhook) testAddress() {
	if w.saveFirst(w.test) {
		return
	}
	answered := asking(w.test, tr("Sending a test heartbeat through the public URL…"), func(r tunnel.Result) {
		say(w.test.answer, tr("Round trip %d ms (accepted after %d ms).", r.Arrived.Milliseconds(), r.Answered.Milliseconds()), theme.ColorNameSuccess)
	})
	w.actions.test(func(r tunnel.Result, err error) {
		if err != nil {
			err = errors.New(tr("The test failed: %s", reasonText(err))) // it may begin with a host's name
		}
		answered(r, err)
	})
}

// askRenewal makes a new secret, once the user is sure.
func (w *preferWebhook) askRenewal() {
	confirm(windowOf(w.renew.button), tr("Renew secret"),
		tr("The webhook URL will change. No heartbeats arrive until you paste the new one into Exotel."),
		tr("Renew secret"), func() {
			w.actions.secret(true, asking(w.renew, tr("Opening the keyring. Enter its password if prompted."), func(string) {
				say(w.renew.answer, tr("Renewed. Copy the URL and paste it into Exotel; the old one no longer works."), theme.ColorNameSuccess)
			}))
		})
}
