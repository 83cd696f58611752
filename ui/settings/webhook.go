package settings

import (
	"cmp"
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
	"exotel-monitor/ui/kit"
	"exotel-monitor/ui/text"
)

// webhookSection is the part of the settings screen about the webhook. The secret
// passes through it on its way to the clipboard and is never shown or kept.
type webhookSection struct {
	rows    []fyne.CanvasObject
	on      *check
	state   *kit.Text
	address *kit.Field
	public  *kit.Field
	push    *kit.Field // minutes between heartbeats
	shown   *kit.Text  // the address for Exotel, concealed
	details *fyne.Container

	find, copy, test, renew *kit.Inquiry

	actions Actions
	saved   config.Settings
	unsaved func() bool // whether what is received, and where, was changed
}

func newWebhookSection(actions Actions, submit func(), unsaved func() bool) *webhookSection {
	w := &webhookSection{
		on: newCheck(text.Tr("Receive heartbeats from Exotel"), submit), state: kit.NewAnswer(),
		address: kit.NewField(), public: kit.NewField(), push: kit.NewField(), shown: kit.NewText(kit.ColorText, kit.SizeLabel, 1),
		actions: actions, unsaved: unsaved,
	}
	w.shown.MaxWidth = kit.FormWidth / 2
	w.public.SetPlaceHolder("https://")
	found, answer := kit.NewAnswer(), kit.NewAnswer()
	w.find = kit.NewInquiry(text.Tr("Find tunnel"), found, w.findTunnel)
	w.copy = kit.NewInquiry(text.Tr("Copy URL"), answer, w.copyAddress)
	w.test = kit.NewInquiry(text.Tr("Test"), answer, w.testAddress)
	w.renew = kit.NewInquiry(text.Tr("Renew secret"), answer, w.askRenewal)
	public := container.New(layout.NewBorderLayout(nil, nil, nil, w.find.Button), w.public, w.find.Button)
	w.details = kit.NewFormRows(
		kit.NewFormRow(text.Tr("Listen on"), w.address, kit.NewHint(text.Tr("An address of this computer, such as %s.", config.DefaultAddress))),
		kit.NewFormRow(text.Tr("Public URL"), public, kit.NewHint(text.Tr("Public address that reaches this computer (ngrok, cloudflared or SSH tunnel).")), found),
		kit.NewFormRow(text.Tr("Webhook URL for Exotel"), kit.NewFormRows(w.shown), kit.NewHint(text.Tr("Paste it into Exotel under Settings › Notifications Settings › Heartbeat.")),
			kit.NewRow(8, w.copy.Button, w.test.Button, w.renew.Button), answer),
		kit.NewFormRow(text.Tr("Heartbeat interval"), beside(w.push, text.Tr("minutes (0 = detect)"))),
	)
	w.rows = []fyne.CanvasObject{kit.NewFormRow("", w.on, w.state), w.details}
	return w
}

// Set shows saved settings.
func (w *webhookSection) Set(s config.Settings) {
	w.saved = s
	w.on.SetChecked(s.Health.Webhook)
	w.address.SetText(s.Health.Address)
	w.public.SetText(s.Health.PublicURL)
	w.push.SetText(strconv.Itoa(s.Health.PushMinutes))
	w.Drop()
}

// Drop does not wait for answers any more.
func (w *webhookSection) Drop() {
	for _, q := range []*kit.Inquiry{w.find, w.copy, w.test, w.renew} {
		q.Drop()
	}
}

// Read puts what was entered into settings. What is hidden stays as it was.
func (w *webhookSection) Read(s *config.Settings) error {
	s.Health.Webhook = w.on.Checked
	if !w.on.Checked {
		return nil
	}
	base, err := publicBase(w.public.Text)
	s.Health.Address, s.Health.PublicURL = strings.TrimSpace(w.address.Text), base
	push, bad := wholeNumber(w.push)
	if bad != nil {
		return cmp.Or(err, errors.New(text.Tr("Enter whole minutes for the heartbeat interval.")))
	}
	s.Health.PushMinutes = push
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
func (w *webhookSection) dropSecret() {
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
func (w *webhookSection) Show(state reception.State) {
	sentence, color := w.stateText(state)
	kit.SetAnswer(w.state, sentence, color)
	w.details.Hidden = !w.on.Checked
	w.shown.SetColor(kit.ColorText)
	w.shown.Set(concealed(w.saved.Health.PublicURL))
	if w.shown.Text == "" {
		w.shown.SetColor(kit.ColorMuted)
		w.shown.Set(text.Tr("Enter a public URL and save to generate it."))
	}
	why := w.saveFirst()
	w.copy.Hold(why)
	w.test.Hold(why)
}

func (w *webhookSection) stateText(state reception.State) (string, fyne.ThemeColorName) {
	on, was := w.on.Checked, w.saved.Health.Webhook
	switch {
	case on && !was:
		return text.Tr("Save to start."), kit.ColorText
	case was && !on:
		return text.Tr("Save to stop."), kit.ColorText
	case !on:
		return text.Tr("Off"), kit.ColorMuted
	case strings.TrimSpace(w.address.Text) != w.saved.Health.Address:
		return text.Tr("Save to listen there."), kit.ColorText
	case state.Err != nil:
		return text.Error(state.Err), theme.ColorNameError
	case state.Listening != "":
		return text.Tr("Listening on %s", state.Listening), theme.ColorNameSuccess
	default:
		return text.Tr("Starting…"), kit.ColorText
	}
}

// findTunnel fills in the public URL of a tunnel on this computer.
func (w *webhookSection) findTunnel() {
	s := w.saved
	s.Health.Address = strings.TrimSpace(w.address.Text)
	if err := s.Check(); err != nil {
		kit.SetAnswer(w.find.Answer, text.Error(err), theme.ColorNameError)
		return
	}
	_, port, _ := net.SplitHostPort(s.Health.Address)
	number, _ := strconv.Atoi(port) // it was checked
	w.actions.Find(number, kit.Ask(w.find, text.Tr("Looking for ngrok and cloudflared…"), func(found []tunnel.Endpoint) {
		best := found[0]
		for _, f := range found {
			if f.PortKnown {
				best = f
				break
			}
		}
		w.public.SetText(best.URL)
		sentence := text.Tr("Found via %s. Save, then test.", best.Agent)
		if !best.PortKnown {
			sentence = text.Tr("Found via %s, target unknown. Save, then test.", best.Agent)
		}
		kit.SetAnswer(w.find.Answer, sentence, theme.ColorNameSuccess)
	}))
}

// saveFirst says what has to be saved before the address can be used, "" for
// nothing.
func (w *webhookSection) saveFirst() string {
	switch {
	case strings.TrimSpace(w.public.Text) == "":
		return text.Tr("Enter a public URL and save. Then you can copy and test the webhook URL.")
	case w.unsaved():
		return text.Tr("Save first, then copy or test the URL.")
	default:
		return ""
	}
}

func (w *webhookSection) copyAddress() {
	w.actions.Secret(false, kit.Ask(w.copy, text.Tr("Opening the keyring. Enter its password if prompted."), func(secret string) {
		url, err := tunnel.PublicURL(w.saved.Health.PublicURL, secret)
		if err != nil {
			kit.SetAnswer(w.copy.Answer, text.Error(err), theme.ColorNameError)
			return
		}
		w.actions.Copy(url)
		kit.SetAnswer(w.copy.Answer, text.Tr("Copied. It contains a secret; share it only with Exotel."), theme.ColorNameSuccess)
	}))
}

func (w *webhookSection) testAddress() {
	answered := kit.Ask(w.test, text.Tr("Sending a test heartbeat through the public URL…"), func(r tunnel.Result) {
		kit.SetAnswer(w.test.Answer, text.Tr("Round trip %d ms (accepted after %d ms).", r.Arrived.Milliseconds(), r.Answered.Milliseconds()), theme.ColorNameSuccess)
	})
	w.actions.Test(func(r tunnel.Result, err error) {
		if err != nil {
			err = errors.New(text.Tr("The test failed: %s", text.Reason(err))) // it may begin with a host's name
		}
		answered(r, err)
	})
}

// askRenewal makes a new secret, once the user is sure.
func (w *webhookSection) askRenewal() {
	w.actions.Dialogs.Confirm(text.Tr("Renew secret"),
		text.Tr("The webhook URL will change. No heartbeats arrive until you paste the new one into Exotel."),
		text.Tr("Renew secret"), func() {
			w.actions.Secret(true, kit.Ask(w.renew, text.Tr("Opening the keyring. Enter its password if prompted."), func(string) {
				kit.SetAnswer(w.renew.Answer, text.Tr("Renewed. Copy the URL and paste it into Exotel; the old one no longer works."), theme.ColorNameSuccess)
			}))
		})
}
