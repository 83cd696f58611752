package settings

import (
	"fmt"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"exotel-monitor/heartbeat/journal"
	"exotel-monitor/ui/config"
	"exotel-monitor/ui/kit"
	"exotel-monitor/ui/text"
)

// notifySection is the part of the settings screen about notifications.
type notifySection struct {
	rows           []fyne.CanvasObject
	critical       *check
	warning        *check
	sound          *check
	criticalAnyway *check
	quiet          [7]*quietRow // Sunday first
	try            *kit.Inquiry

	actions Actions
	saved   config.Settings
}

// quietRow is the quiet hours of a weekday.
type quietRow struct {
	on       *check
	from, to *kit.Field
}

func newNotifySection(actions Actions, submit func()) *notifySection {
	n := &notifySection{
		critical: newCheck("CRITICAL", submit), warning: newCheck("WARNING", submit),
		sound:          newCheck(text.Tr("Play a sound for CRITICAL"), submit),
		criticalAnyway: newCheck(text.Tr("Let CRITICAL through quiet hours"), submit),
		actions:        actions,
	}
	days := kit.NewFormRows()
	days.Layout = &kit.PageLayout{Gap: 4}
	for i := range n.quiet {
		day := time.Weekday((i + 1) % 7) // the week starts on Monday
		q := newQuietRow(day, submit)
		n.quiet[day] = q
		row := kit.NewRow(8, container.New(&kit.WidthLayout{Width: kit.NumberWidth}, q.on), container.New(&kit.WidthLayout{Width: kit.NumberWidth}, q.from),
			widget.NewLabel("–"), container.New(&kit.WidthLayout{Width: kit.NumberWidth}, q.to))
		if day == time.Monday {
			row.Add(kit.NewButton(text.Tr("Copy to all days"), widget.MediumImportance, n.spread))
		}
		days.Add(row)
	}
	answer := kit.NewAnswer()
	n.try = kit.NewInquiry(text.Tr("Send a test notification"), answer, n.send)
	n.rows = []fyne.CanvasObject{
		kit.NewFormRow(text.Tr("Notify me about"), kit.NewRow(16, n.critical, n.warning), n.sound),
		kit.NewFormRow(text.Tr("Quiet hours"), days, kit.NewHint(text.Tr("Alerts are still recorded; you get a summary when quiet hours end. Times are in the account time zone.")), n.criticalAnyway),
		kit.NewFormRow("", kit.NewRow(8, n.try.Button), answer),
	}
	return n
}

func newQuietRow(day time.Weekday, submit func()) *quietRow {
	return &quietRow{on: newCheck(day.String()[:3], submit), from: kit.NewField(), to: kit.NewField()}
}

// hold lets the hours be edited only where they count.
func (q *quietRow) hold() {
	for _, f := range []*kit.Field{q.from, q.to} {
		if q.on.Checked {
			f.Enable()
		} else {
			f.Disable()
		}
	}
}

func (q *quietRow) set(s config.Quiet) {
	q.on.SetChecked(s.On)
	q.from.SetText(s.From)
	q.to.SetText(s.To)
	q.hold()
}

func (q *quietRow) entered() config.Quiet {
	return config.Quiet{On: q.on.Checked, From: strings.TrimSpace(q.from.Text), To: strings.TrimSpace(q.to.Text)}
}

// spread gives all days the hours of Monday.
func (n *notifySection) spread() {
	for _, q := range n.quiet {
		q.set(n.quiet[time.Monday].entered())
	}
}

// Set shows saved settings.
func (n *notifySection) Set(s config.Settings) {
	n.saved = s
	n.critical.SetChecked(s.Alerts.Critical)
	n.warning.SetChecked(s.Alerts.Warning)
	n.sound.SetChecked(s.Alerts.Sound)
	n.criticalAnyway.SetChecked(s.Alerts.CriticalAnyway)
	for day, q := range n.quiet {
		q.set(s.Alerts.Quiet[day])
	}
	n.try.Drop()
}

// Read puts what was entered into settings. Hours that do not count stay as they
// were if they cannot be used.
func (n *notifySection) Read(s *config.Settings) error {
	s.Alerts.Critical, s.Alerts.Warning = n.critical.Checked, n.warning.Checked
	s.Alerts.Sound, s.Alerts.CriticalAnyway = n.sound.Checked, n.criticalAnyway.Checked
	for i := range n.quiet {
		day := (i + 1) % 7
		before := s.Alerts.Quiet[day]
		s.Alerts.Quiet[day] = n.quiet[day].entered()
		err := s.Check()
		switch {
		case err == nil:
		case n.quiet[day].on.Checked:
			return fmt.Errorf("%s: %w", time.Weekday(day), err)
		default:
			before.On = false
			s.Alerts.Quiet[day] = before
		}
	}
	return nil
}

// show lets a test be sent only where it sounds as it will.
func (n *notifySection) show() {
	why := ""
	if n.sound.Checked != n.saved.Alerts.Sound {
		why = text.Tr("Save first, then send a test.")
	}
	n.try.Hold(why)
}

// send sends a test notification and says what became of it.
func (n *notifySection) send() {
	n.actions.Try(kit.Ask(n.try, text.Tr("Sending…"), func(d *journal.Delivery) {
		f := text.FormatOf(n.saved)
		switch d.State {
		case journal.Accepted:
			kit.SetAnswer(n.try.Answer, text.Tr("Delivered at %s.", f.Clock(d.At)), theme.ColorNameSuccess)
		case journal.Unreported:
			kit.SetAnswer(n.try.Answer, text.Tr("Sent. This system doesn't confirm delivery."), kit.ColorText)
		default:
			kit.SetAnswer(n.try.Answer, text.Sentence(f.Delivery(*d, d.At)), theme.ColorNameError)
		}
	}))
}
