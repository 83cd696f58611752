package ui

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"exotel-monitor/heartbeat"
	"exotel-monitor/ui/dashboard"
	"exotel-monitor/ui/uitest/sample"
)

// TestHealthStripGolden keeps pictures of the strip over the sample day.
func TestHealthStripGolden(t *testing.T) {
	size := fyne.NewSize(1280, 800)
	r := sampleRig(t)
	show := func(h heartbeat.Health, ackable, acknowledged bool) {
		r.dashboard.ApplyHealth(h, ackable, acknowledged)
	}
	show(sample.HealthAt(heartbeat.Warning), true, false)
	r.picture("health_warning", size)

	var eight []heartbeat.PhoneHealth
	for i, name := range []string{"Collections", "Field ops", "Kolkata desk", "Sales north", "Sales west", "Service", "Support main", "Warehouse"} {
		eight = append(eight, sample.Phone(fmt.Sprintf("+91804711220%d", i), name, sample.Up, sample.Up))
	}
	show(sample.Health(heartbeat.OK, eight...), false, false)
	r.picture("health_ok", size)

	silent := sample.Health(heartbeat.Unknown, eight...)
	for i := range silent.Phones {
		silent.Phones[i].Incoming.State, silent.Phones[i].Outgoing.State = sample.NotKnown, sample.NotKnown
	}
	silent.Origin, silent.ReportedAt = heartbeat.Pushed, sample.Now.Add(-22*time.Minute)
	show(silent, false, false)
	r.picture("health_silent", size)

	critical := sample.Health(heartbeat.Critical, sample.Phone("+918047112201", "Support main", sample.Down, sample.Down), sample.Phone("+912248900102", "Sales west", sample.Down, sample.Up), sample.Phone("+911141190203", "Sales north", sample.Down, sample.Up))
	critical.Phones[0].Incoming.Alternates = []string{"08047112233"}
	critical.Since, critical.PollErr = sample.Now.Add(-26*time.Hour), sample.Refused
	show(critical, true, true)
	r.picture("health_critical_dark", size, theme.VariantDark)

	r.Look(theme.VariantLight)
	show(sample.HealthAt(heartbeat.Warning), true, false)
	r.picture("health_narrow", fyne.NewSize(700, 600))
	r.dashboard.ApplyAsides(dashboard.Asides{
		Deaf:       errors.New("127.0.0.1:3000 is taken by another program; end that or choose another port in the settings"),
		Unrecorded: errors.New("the disk is full"), Snoozed: sample.Now.Add(2 * time.Hour),
	})
	r.picture("health_asides", fyne.NewSize(900, 600))
}

// TestStripAtAnySize: many numbers and long sentences neither overlap nor stick
// out, and do not keep the window from being small.
func TestStripAtAnySize(t *testing.T) {
	r := sampleRig(t)
	h := sample.Health(heartbeat.Warning, sample.ManyPhones(50)...)
	h.PollErr, h.Phones[0].Incoming.Alternates = sample.Unreachable, []string{"08047112233"}
	unknown := sample.Health(heartbeat.Unknown)
	unknown.PollErr = sample.Unreachable
	for name, health := range map[string]heartbeat.Health{"many": h, "trouble": unknown, "well": sample.Health(heartbeat.OK, sample.ManyPhones(3)...)} {
		for _, width := range []float32{1920, 1280, 900, 700} {
			t.Run(fmt.Sprint(name, width), func(t *testing.T) {
				r.window.Resize(fyne.NewSize(width, 700))
				r.dashboard.ApplyHealth(health, true, false)
				if least := r.window.Content().MinSize().Width; least > 700 {
					t.Errorf("the window cannot be narrower than %v", least)
				}
				checkLayout(t, r)
			})
		}
	}
	r.dashboard.ApplyHealth(h, true, false)
	for _, chip := range r.Chips() {
		if strings.HasSuffix(chip, " more") {
			r.Tap(chip)
		}
	}
	if !r.CanTap("Show fewer") {
		t.Fatal("there are no more numbers")
	}
	checkLayout(t, r)
}
