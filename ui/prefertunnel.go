package ui

import (
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"exotel-monitor/heartbeat/reception"
	"exotel-monitor/heartbeat/tunnel"
	"exotel-monitor/ui/config"
)

// preferTunnel is the part of the settings screen about the SSH tunnel.
type preferTunnel struct {
	view    fyne.CanvasObject
	on      *check
	state   *words
	server  *field
	user    *field
	keyFile *field
	bind    *field
	details *fyne.Container
	saved   config.SSH
	zone    *time.Location
}

func newPreferTunnel(submit func()) *preferTunnel {
	t := &preferTunnel{
		on: newCheck(tr("Open an SSH tunnel"), submit), state: newAnswer(),
		server: newField(), user: newField(), keyFile: newField(), bind: newField(),
	}
	t.details = newRows(
		newRow(tr("Server"), t.server, newHint(tr("Host, or host:port."))),
		newRow(tr("User"), t.user),
		newRow(tr("Key file"), t.keyFile, newHint(tr("Full path. Leave empty to use your SSH agent."))),
		newRow(tr("Address on the server"), t.bind, newHint(tr("Where the server listens, e.g. 127.0.0.1:3000 behind a web server."))),
	)
	t.view = newSection(tr("SSH tunnel"), tr("No ngrok or cloudflared? Forward heartbeats through your own public server."),
		newRow("", t.on, t.state), t.details)
	return t
}

// Set shows saved settings.
func (t *preferTunnel) Set(s config.Settings) {
	t.saved = s.Health.SSH
	t.zone, _ = s.Location() // settings that cannot be used are not saved
	t.on.SetChecked(t.saved.On)
	t.server.SetText(t.saved.Server)
	t.user.SetText(t.saved.User)
	t.keyFile.SetText(t.saved.KeyFile)
	t.bind.SetText(t.saved.Bind)
}

// Read puts what was entered into settings. What is hidden stays as it was.
func (t *preferTunnel) Read(s *config.Settings) error {
	s.Health.SSH = t.entered()
	return nil
}

func (t *preferTunnel) entered() config.SSH {
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
func (t *preferTunnel) Show(state reception.State, webhook bool) {
	sentence, color := t.stateText(state, webhook)
	say(t.state, sentence, color)
	t.details.Hidden = !t.on.Checked
}

func (t *preferTunnel) stateText(state reception.State, webhook bool) (string, fyne.ThemeColorName) {
	now := state.Tunnel
	switch {
	case !t.on.Checked && t.saved.On:
		return tr("Save to close it."), plain
	case !t.on.Checked:
		return tr("Off"), colorMuted
	case !webhook:
		return tr("Turn on the webhook too; the tunnel forwards to it."), theme.ColorNameWarning
	case t.entered() != t.saved:
		return tr("Save to open it."), plain
	case state.TunnelErr != nil:
		return errorText(state.TunnelErr), theme.ColorNameError
	case now.Phase == tunnel.Up:
		return tr("Open: the server listens on %s", now.Remote), theme.ColorNameSuccess
	case now.Phase == tunnel.Waiting:
		return sentence(tr("Waiting until %s: %s", now.RetryAt.In(t.zone).Format(time.TimeOnly), reasonText(now.Err))), theme.ColorNameWarning
	default:
		return tr("Connecting…"), plain
	}
}
