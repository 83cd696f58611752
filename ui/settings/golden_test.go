package settings

import (
	"errors"
	"testing"
	"time"

	"fyne.io/fyne/v2/theme"

	"exotel-monitor/exotel"
	"exotel-monitor/heartbeat/reception"
	"exotel-monitor/heartbeat/tunnel"
	"exotel-monitor/ui/config"
	"exotel-monitor/ui/system/update"
	"exotel-monitor/ui/uitest/sample"
)

// TestPreferencesGolden keeps pictures of the whole settings screen.
func TestPreferencesGolden(t *testing.T) {
	t.Run("as installed", func(t *testing.T) {
		s := open(t, config.Default())
		s.Resize(820, 2160)
		s.Picture("settings_whole")
	})
	t.Run("with trouble", func(t *testing.T) {
		chosen := receiving()
		chosen.Health.SSH = config.SSH{On: true, Server: "relay.example.com", User: "monitor", Bind: "127.0.0.1:3000"}
		chosen.Alerts.Sound = true
		chosen.Alerts.Quiet[time.Saturday].On = true
		chosen.Alerts.Quiet[time.Sunday].On = true
		s := open(t, chosen, func(r *rig) { r.feed, r.login.On = "https://releases.example.com/feed.json", true })
		s.SetReception(reception.State{
			Err: errors.New("cannot receive heartbeats at 127.0.0.1:3000; choose another address or port, or end the program that has it: listen tcp 127.0.0.1:3000: bind: address already in use"),
			Tunnel: tunnel.State{
				Phase: tunnel.Waiting, Err: errors.New("the SSH server cannot be reached: dial tcp: lookup relay.example.com: no such host"),
				RetryAt: time.Date(2026, 11, 20, 12, 5, 30, 0, exotel.India),
			},
		})
		s.Tap("Test")
		s.tested(tunnel.Result{}, errors.New("calls.example.app answered HTTP 502: the tunnel's agent is up, but nothing listens on the webhook's port; switch the webhook on, and compare its port with the tunnel's"))
		s.SetUpdates(Updates{Release: &update.Release{Version: "1.3.0"}, Err: errors.New("the release feed at example.com could not be reached: no route to host; check the internet connection, a proxy, and the feed's address in Settings"), Looked: sample.Now})
		s.Interval.SetText("5")
		s.Tap("Save")
		s.Look(theme.VariantDark)
		s.Resize(820, 2870)
		s.Picture("settings_whole_dark")
	})
}
