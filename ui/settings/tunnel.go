package settings

import (
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"exotel-monitor/heartbeat/reception"
	"exotel-monitor/heartbeat/tunnel"
	"exotel-monitor/ui/config"
	"exotel-monitor/ui/kit"
	"exotel-monitor/ui/text"
)

// tunnelSection is the part of the settings screen about the SSH tunnel.
type tunnelSection struct {
	row     fyne.CanvasObject
	on      *check
	state   *kit.Text
	server  *kit.Field
	user    *kit.Field
	keyFile *kit.Field
	bind    *kit.Field
	details *fyne.Container
	saved   config.SSH
	format  text.Format
}

func newTunnelSection(submit func()) *tunnelSection {
	t := &tunnelSection{
		on: newCheck(text.Tr("Open an SSH tunnel"), submit), state: kit.NewAnswer(),
		server: kit.NewField(), user: kit.NewField(), keyFile: kit.NewField(), bind: kit.NewField(),
	}
	t.details = kit.NewFormRows(
		kit.NewFormRow(text.Tr("Server"), t.server, kit.NewHint(text.Tr("Host, or host:port."))),
		kit.NewFormRow(text.Tr("User"), t.user),
		kit.NewFormRow(text.Tr("Key file"), t.keyFile, kit.NewHint(text.Tr("Full path. Leave empty to use your SSH agent."))),
		kit.NewFormRow(text.Tr("Address on the server"), t.bind, kit.NewHint(text.Tr("Where the server listens, e.g. 127.0.0.1:3000 behind a web server."))),
	)
	t.row = kit.NewFormRow(text.Tr("SSH tunnel"), t.on, kit.NewHint(text.Tr("No ngrok or cloudflared? Forward heartbeats through your own public server.")), t.state)
	return t
}

// Set shows saved settings.
func (t *tunnelSection) Set(s config.Settings) {
	t.saved = s.Health.SSH
	t.format = text.FormatOf(s)
	t.on.SetChecked(t.saved.On)
	t.server.SetText(t.saved.Server)
	t.user.SetText(t.saved.User)
	t.keyFile.SetText(t.saved.KeyFile)
	t.bind.SetText(t.saved.Bind)
}

// Read puts what was entered into settings. What is hidden stays as it was.
func (t *tunnelSection) Read(s *config.Settings) error {
	s.Health.SSH = t.entered()
	return nil
}

func (t *tunnelSection) entered() config.SSH {
	if !t.on.Checked {
		s := t.saved
		s.On = false
		return s
	}
	return config.SSH{
		On: true, Server: strings.TrimSpace(t.server.Text), User: strings.TrimSpace(t.user.Text),
		KeyFile: strings.TrimSpace(t.keyFile.Text), Bind: strings.TrimSpace(t.bind.Text),
	}
}

// Show says how the tunnel is, and what it needs.
func (t *tunnelSection) Show(state reception.State, webhook bool) {
	sentence, color := t.stateText(state, webhook)
	kit.SetAnswer(t.state, sentence, color)
	t.details.Hidden = !t.on.Checked
	if webhook || t.on.Checked {
		t.on.Enable()
	} else {
		t.on.Disable() // it would lead nowhere
	}
}

func (t *tunnelSection) stateText(state reception.State, webhook bool) (string, fyne.ThemeColorName) {
	now := state.Tunnel
	switch {
	case !t.on.Checked && t.saved.On:
		return text.Tr("Save to close it."), kit.ColorText
	case !t.on.Checked && !webhook:
		return text.Tr("Turn on the webhook first; the tunnel forwards to it."), kit.ColorMuted
	case !t.on.Checked:
		return text.Tr("Off"), kit.ColorMuted
	case !webhook:
		return text.Tr("Turn on the webhook too; the tunnel forwards to it."), theme.ColorNameWarning
	case t.entered() != t.saved:
		return text.Tr("Save to open it."), kit.ColorText
	case state.TunnelErr != nil:
		return text.Error(state.TunnelErr), theme.ColorNameError
	case now.Phase == tunnel.Up:
		return text.Tr("Open: the server listens on %s", now.Remote), theme.ColorNameSuccess
	case now.Phase == tunnel.Waiting:
		return text.Sentence(text.Tr("Waiting until %s: %s", t.format.Time(now.RetryAt, time.TimeOnly), text.Reason(now.Err))), theme.ColorNameWarning
	default:
		return text.Tr("Connecting…"), kit.ColorText
	}
}
