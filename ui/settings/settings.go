package settings

import (
	"errors"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"exotel-monitor/heartbeat/journal"
	"exotel-monitor/heartbeat/reception"
	"exotel-monitor/heartbeat/tunnel"
	"exotel-monitor/ui/config"
	"exotel-monitor/ui/kit"
	"exotel-monitor/ui/text"
)

// Screen is the settings screen: the account, and what is no secret.
type Screen struct {
	View     fyne.CanvasObject
	account  *kit.Text // what came of forgetting it
	Zone     *kit.Field
	Interval *kit.Field
	Rate     *kit.Field
	Indian   *check
	clock    *choice
	theme    *choice
	pull     *kit.Field
	push     *kit.Field
	Calls    *callsSection
	webhook  *webhookSection
	tunnel   *tunnelSection
	notify   *notifySection
	Start    *startSection
	help     *helpSection
	forget   *kit.Button
	Status   *kit.Text

	actions Actions
	saved   config.Settings
	state   reception.State
}

// Actions is what the screen asks its owner for. Each then is called
// later, on the same goroutine.
type Actions struct {
	Dialogs *kit.Dialogs

	Save   func(config.Settings) error
	Change func()
	Forget func()
	// shorten asks whether calls are to be kept for so few months, and goes on
	// with save if they are.
	Shorten func(months int, save func())
	// replace asks whether saved settings that could not be used are replaced, and
	// goes on if so.
	Replace func(save func())
	Copy    func(text string)
	// secret asks for the webhook's secret, a new one if renew is set.
	Secret func(renew bool, then func(string, error))
	// find looks for agents that offer a tunnel to a port of this computer.
	Find func(port int, then func([]tunnel.Found, error))
	// test sends a test heartbeat through the saved public URL.
	Test func(then func(tunnel.Result, error))
	// try sends a test notification.
	Try       func(then func(*journal.Delivery, error))
	Reception func() reception.State

	Login LoginStart
	Feed  string // of releases, if it is not for the user to choose
	Look  func(then func(Updates, error))
	News  func()
	// diagnose copies a diagnosis.
	Diagnose func(then func(struct{}, error))
	Facts
}

func New(s config.Settings, account string, actions Actions) *Screen {
	p := &Screen{
		account: kit.NewAnswer(), Zone: kit.NewField(), Interval: kit.NewField(), Rate: kit.NewField(), pull: kit.NewField(), push: kit.NewField(),
		Status: kit.NewParagraph(""), actions: actions,
	}
	p.Indian = newCheck(text.Tr("Indian number format (1,24,700)"), p.Save)
	p.clock = newChoice(text.Tr("Clock"), kit.Option{Text: text.Tr("24-hour"), Value: config.Clock24}, kit.Option{Text: text.Tr("12-hour"), Value: config.Clock12})
	p.theme = newChoice(text.Tr("Theme"), kit.Option{Text: text.Tr("System"), Value: config.ThemeSystem}, kit.Option{Text: text.Tr("Light"), Value: config.ThemeLight},
		kit.Option{Text: text.Tr("Dark"), Value: config.ThemeDark})
	p.Calls = newCallsSection(p.Save)
	p.webhook = newWebhookSection(actions, p.Save, p.receptionChanged)
	p.tunnel = newTunnelSection(p.Save)
	p.notify = newNotifySection(actions, p.Save)
	p.Start = newStartSection(actions, p.Save)
	p.help = newHelpSection(actions)
	name := kit.NewText(kit.ColorText, theme.SizeNameText, 1)
	name.MaxWidth = kit.FormWidth / 2
	name.Set(account)
	change := kit.NewButton(text.Tr("Change account or keys"), widget.MediumImportance, actions.Change)
	p.forget = kit.NewButton(text.Tr("Remove keys"), widget.DangerImportance, actions.Forget)
	zone := kit.NewFormRow(text.Tr("Account time zone"), p.Zone, kit.NewHint(text.Tr("Days and hours use this zone, such as Asia/Kolkata.")))
	p.View = newSheet(
		kit.NewSection(text.Tr("Account"), "", name, kit.NewRow(8, change, p.forget), p.account), widget.NewSeparator(),
		kit.NewSection(text.Tr("General"), "", zone,
			kit.NewFormRow(text.Tr("Refresh every"), beside(p.Interval, text.Tr("seconds (15 or more)"))),
			kit.NewFormRow(text.Tr("Requests a minute"), beside(p.Rate, text.Tr("Exotel allows 200 per account. 0 = no limit."))),
			kit.NewFormRow("", p.Indian),
			p.clock.row(), p.theme.row()), widget.NewSeparator(),
		p.Calls.view, widget.NewSeparator(),
		kit.NewSection(text.Tr("ExoPhone health"), text.Tr("We check every number with Exotel. With the webhook, Exotel also notifies us instantly."),
			kit.NewFormRow(text.Tr("Check every"), beside(p.pull, text.Tr("minutes (0 = off)"))),
			kit.NewFormRow(text.Tr("Heartbeat interval"), beside(p.push, text.Tr("minutes (0 = detect)")))), widget.NewSeparator(),
		p.webhook.view, widget.NewSeparator(),
		p.tunnel.view, widget.NewSeparator(),
		p.notify.view, widget.NewSeparator(),
		p.Start.view, widget.NewSeparator(),
		kit.NewRow(8, kit.NewButton(text.Tr("Save settings"), widget.HighImportance, p.Save)), p.Status, widget.NewSeparator(),
		p.help.view,
	)
	p.set(s)
	p.watch()
	return p
}

// watch saves on Enter, and shows at once what a change means.
func (p *Screen) watch() {
	fields := []*kit.Field{p.Zone, p.Interval, p.Rate, p.Calls.share, p.pull, p.push, p.Start.Feed}
	for _, q := range p.notify.quiet {
		fields = append(fields, q.from, q.to)
	}
	shown := []*kit.Field{p.webhook.address, p.webhook.public, p.tunnel.server, p.tunnel.user, p.tunnel.keyFile, p.tunnel.bind}
	for _, f := range append(fields, shown...) {
		f.OnSubmitted = func(string) { p.Save() }
	}
	for _, f := range shown {
		f.OnChanged = func(string) { p.show() }
	}
	p.Rate.OnChanged = p.Calls.ShowRate
	p.webhook.public.OnChanged = func(string) {
		p.webhook.dropSecret()
		p.show()
	}
	for _, c := range []*check{p.webhook.on, p.tunnel.on} {
		c.OnChanged = func(bool) {
			p.show()
			p.View.Refresh() // rows came or went
		}
	}
}

// set shows saved settings.
func (p *Screen) set(s config.Settings) {
	p.saved = s
	p.Zone.SetText(s.Zone)
	p.Interval.SetText(strconv.Itoa(s.RefreshSeconds))
	p.Rate.SetText(strconv.Itoa(s.RatePerMinute))
	p.Indian.SetChecked(s.IndianGrouping)
	p.clock.Set(s.Clock)
	p.theme.Set(s.Theme)
	p.pull.SetText(strconv.Itoa(s.Health.PullMinutes))
	p.push.SetText(strconv.Itoa(s.Health.PushMinutes))
	p.Calls.Set(s)
	p.webhook.Set(s)
	p.tunnel.Set(s)
	p.notify.Set(s)
	p.Start.Set(s)
	if s.Health.Webhook {
		p.state = p.actions.Reception()
	}
	p.show()
}

// SetReception shows how heartbeats are received now.
func (p *Screen) SetReception(state reception.State) {
	p.state = state
	p.show()
}

func (p *Screen) show() {
	p.webhook.Show(p.state)
	p.tunnel.Show(p.state, p.webhook.on.Checked)
}

// receptionChanged reports whether what was entered about the webhook and its
// tunnel is not what was saved.
func (p *Screen) receptionChanged() bool {
	s := p.saved
	err := errors.Join(p.webhook.Read(&s), p.tunnel.Read(&s))
	return err != nil || s != p.saved
}

// read is what was entered, or what is wrong with the first of it.
func (p *Screen) read() (config.Settings, error) {
	s := p.saved
	for _, part := range []func(*config.Settings) error{p.readFigures, p.Calls.Read, p.readHealth, p.webhook.Read, p.tunnel.Read, p.notify.Read, p.Start.Read} {
		err := part(&s)
		if err == nil {
			err = s.Check()
		}
		if err != nil {
			return s, err
		}
	}
	return s, nil
}

func (p *Screen) readFigures(s *config.Settings) error {
	interval, errInterval := wholeNumber(p.Interval)
	rate, errRate := wholeNumber(p.Rate)
	s.Zone, s.RefreshSeconds, s.RatePerMinute = strings.TrimSpace(p.Zone.Text), interval, rate
	s.IndianGrouping, s.Clock, s.Theme = p.Indian.Checked, p.clock.Value, p.theme.Value
	if _, err := s.Location(); err == nil && (errInterval != nil || errRate != nil) {
		return errors.New(text.Tr("Enter whole numbers for refresh and requests."))
	}
	return nil
}

func (p *Screen) readHealth(s *config.Settings) error {
	pull, errPull := wholeNumber(p.pull)
	push, errPush := wholeNumber(p.push)
	if errPull != nil || errPush != nil {
		return errors.New(text.Tr("Enter whole minutes for ExoPhone health."))
	}
	s.Health.PullMinutes, s.Health.PushMinutes = pull, push
	return nil
}

func wholeNumber(f *kit.Field) (int, error) { return strconv.Atoi(strings.TrimSpace(f.Text)) }

// Save saves what was entered, all or nothing. Where that deletes calls or replaces
// a file that could not be used, the user is asked first.
func (p *Screen) Save() {
	s, err := p.read()
	if err != nil {
		p.end(s, err)
		return
	}
	keep := func() { p.end(s, p.keep(s)) }
	p.actions.Replace(func() {
		if shorter(s.KeepMonths, p.saved.KeepMonths) {
			p.actions.Shorten(s.KeepMonths, keep)
		} else {
			keep()
		}
	})
}

func (p *Screen) keep(s config.Settings) error {
	if err := p.Start.Apply(); err != nil {
		return err
	}
	return p.actions.Save(s)
}

// SetUpdates says what is known of newer versions.
func (p *Screen) SetUpdates(u Updates) {
	p.Start.SetUpdates(u)
	p.View.Refresh() // rows came or went
}

// end says what came of saving.
func (p *Screen) end(s config.Settings, err error) {
	if err != nil {
		kit.SetAnswer(p.Status, text.Error(err), theme.ColorNameError)
	} else {
		p.set(s)
		kit.SetAnswer(p.Status, text.Tr("Saved."), theme.ColorNameSuccess)
	}
	kit.Reveal(p.Status)
}

// Say tells what came of forgetting the account.
func (p *Screen) Say(sentence string, color fyne.ThemeColorName) {
	kit.SetAnswer(p.account, sentence, color)
}

// Busy says that the keyring is asked to forget, and holds the button meanwhile.
func (p *Screen) Busy(busy bool) {
	p.Say("", kit.ColorText)
	p.forget.Enable()
	if busy {
		p.Say(text.Tr("Opening the keyring. Enter its password if prompted."), kit.ColorText)
		p.forget.Disable()
	}
}

// Leave ends what the screen waits for: it is no longer shown. An answer that
// comes later changes nothing, and no secret that was pasted stays.
func (p *Screen) Leave() {
	p.webhook.Drop()
	p.notify.try.Drop()
	p.Start.look.Drop()
	p.help.ask.Drop()
	p.webhook.public.SetText("")
}
