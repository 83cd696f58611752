package settings

import (
	"errors"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
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
	View     *fyne.Container
	account  *kit.Text // what came of removing its keys
	zone     *zoneField
	Zone     *kit.Field
	Interval *kit.Field
	Rate     *kit.Field
	Indian   *check
	clock    *choice
	theme    *choice
	pull     *kit.Field
	Calls    *callsSection
	webhook  *webhookSection
	tunnel   *tunnelSection
	notify   *notifySection
	Start    *startSection
	help     *helpSection
	forget   *kit.Button
	page     *container.Scroll
	bar      *bar

	actions Actions
	saved   config.Settings
	state   reception.State
	setting bool // the fields are being filled in
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
	// Unusable reports whether saved settings could not be used.
	Unusable func() bool
	Copy     func(text string)
	// secret asks for the webhook's secret, a new one if renew is set.
	Secret func(renew bool, then func(string, error))
	// find looks for agents that offer a tunnel to a port of this computer.
	Find func(port int, then func([]tunnel.Endpoint, error))
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
		account: kit.NewAnswer(), zone: newZoneField(), Interval: kit.NewField(), Rate: kit.NewField(), pull: kit.NewField(),
		actions: actions,
	}
	p.Zone = p.zone.Field
	p.Indian = newCheck(text.Tr("Indian number format (1,24,700)"), p.Save)
	p.clock = newChoice(text.Tr("Clock"), p.changed, kit.Option{Text: text.Tr("24-hour"), Value: config.Clock24}, kit.Option{Text: text.Tr("12-hour"), Value: config.Clock12})
	p.theme = newChoice(text.Tr("Theme"), p.changed, kit.Option{Text: text.Tr("System"), Value: config.ThemeSystem}, kit.Option{Text: text.Tr("Light"), Value: config.ThemeLight},
		kit.Option{Text: text.Tr("Dark"), Value: config.ThemeDark})
	p.Calls = newCallsSection(p.Save, p.changed)
	p.webhook = newWebhookSection(actions, p.Save, p.receptionChanged)
	p.tunnel = newTunnelSection(p.Save)
	p.notify = newNotifySection(actions, p.Save)
	p.Start = newStartSection(actions, p.Save)
	p.help = newHelpSection(actions)
	p.forget = kit.NewButton(text.Tr("Remove keys"), widget.MediumImportance, actions.Forget)
	p.bar = newBar(p.Save, p.discard)
	p.layOut(account)
	p.set(s)
	p.watch()
	p.tell(said{unusable: actions.Unusable()})
	return p
}

// layOut puts the rows into sections, between the list of sections and the bar.
func (p *Screen) layOut(account string) {
	name := kit.NewText(kit.ColorText, theme.SizeNameText, 1)
	name.MaxWidth = kit.FormWidth / 2
	name.Set(account)
	change := kit.NewButton(text.Tr("Change account or keys"), widget.MediumImportance, p.actions.Change)
	sections := []section{
		newSection(text.Tr("General"), "",
			kit.NewFormRow(text.Tr("Account"), kit.NewRow(16, name, change)),
			p.zone.row,
			kit.NewFormRow(text.Tr("Refresh every"), beside(p.Interval, text.Tr("seconds (15 or more)"))),
			kit.NewFormRow("", p.Indian),
			p.clock.row(), p.theme.row(),
			p.Start.loginRow, p.Start.updatesRow),
		newSection(text.Tr("Notifications"), "", p.notify.rows...),
		newSection(text.Tr("Lines"), text.Tr("We check every number with Exotel. With the webhook, Exotel also notifies us instantly."),
			kit.NewFormRow(text.Tr("Check every"), beside(p.pull, text.Tr("minutes (0 = off)")))),
		newSection(text.Tr("Data"), text.Tr("Every call Exotel still has is downloaded in the background. See progress in Data."), p.Calls.rows...),
		newSection(text.Tr("Webhook"), text.Tr("Exotel notifies this computer the moment a line changes, if it can reach it."), p.webhook.rows...),
		newSection(text.Tr("Advanced"), "", append([]fyne.CanvasObject{
			kit.NewFormRow(text.Tr("Requests a minute"), beside(p.Rate, text.Tr("Exotel allows 200 per account. 0 = no limit."))),
			p.Calls.shareRow, p.tunnel.row, p.tunnel.details, p.Start.feedRow,
		}, p.help.rows...)...),
	}
	var parts []fyne.CanvasObject
	for _, s := range sections {
		parts = append(parts, s.view, widget.NewSeparator())
	}
	parts = append(parts, kit.NewFormRow("", kit.NewRow(8, p.forget), kit.NewHint(text.Tr("Removes the account's keys from this computer's keyring. You can enter them again later.")), p.account))
	p.page = container.NewVScroll(newSheet(parts...))
	p.View = container.New(&kit.PageLayout{Grower: p.page}, newContents(sections, p.goTo), p.page, p.bar.view)
}

// goTo scrolls to a section and focuses the first control of it.
func (p *Screen) goTo(s section) {
	driver := fyne.CurrentApp().Driver()
	top := driver.AbsolutePositionForObject(s.view).Y - driver.AbsolutePositionForObject(p.page).Y
	p.page.ScrollToOffset(p.page.Offset.AddXY(0, top-sheetMargin))
	if c := driver.CanvasForObject(s.view); c != nil {
		c.Focus(s.first)
	}
}

// watch saves on Enter, and shows at once what a change means.
func (p *Screen) watch() {
	for _, f := range p.fields() {
		f.OnSubmitted = func(string) { p.Save() }
		f.OnChanged = func(string) { p.changed() }
	}
	p.Rate.OnChanged = func(entered string) {
		p.Calls.ShowRate(entered)
		p.changed()
	}
	p.webhook.public.OnChanged = func(string) {
		p.webhook.dropSecret()
		p.changed()
	}
	for _, c := range []*check{p.Indian, p.Calls.mask, p.notify.critical, p.notify.warning, p.notify.sound, p.notify.criticalAnyway, p.Start.login, p.Start.updates} {
		c.OnChanged = func(bool) { p.changed() }
	}
	for _, q := range p.notify.quiet {
		q.on.OnChanged = func(bool) {
			q.hold()
			p.changed()
		}
	}
	for _, c := range []*check{p.webhook.on, p.tunnel.on} {
		c.OnChanged = func(bool) {
			p.changed()
			p.View.Refresh() // rows came or went
		}
	}
}

// fields returns all text fields.
func (p *Screen) fields() []*kit.Field {
	fields := []*kit.Field{p.Zone, p.Interval, p.Rate, p.Calls.share, p.pull, p.Start.Feed}
	for _, q := range p.notify.quiet {
		fields = append(fields, q.from, q.to)
	}
	fields = append(fields, p.webhook.address, p.webhook.public, p.webhook.push)
	return append(fields, p.tunnel.server, p.tunnel.user, p.tunnel.keyFile, p.tunnel.bind)
}

// set shows saved settings.
func (p *Screen) set(s config.Settings) {
	p.setting = true
	defer func() {
		p.setting = false
		p.show()
	}()
	p.saved = s
	p.Zone.SetText(s.Zone)
	p.Interval.SetText(strconv.Itoa(s.RefreshSeconds))
	p.Rate.SetText(strconv.Itoa(s.RatePerMinute))
	p.Indian.SetChecked(s.IndianGrouping)
	p.clock.Set(s.Clock)
	p.theme.Set(s.Theme)
	p.pull.SetText(strconv.Itoa(s.Health.PullMinutes))
	p.Calls.Set(s)
	p.webhook.Set(s)
	p.tunnel.Set(s)
	p.notify.Set(s)
	p.Start.Set(s)
	if s.Health.Webhook {
		p.state = p.actions.Reception()
	}
}

// SetReception shows how heartbeats are received now.
func (p *Screen) SetReception(state reception.State) {
	p.state = state
	p.show()
}

func (p *Screen) show() {
	p.zone.show()
	p.webhook.Show(p.state)
	p.tunnel.Show(p.state, p.webhook.on.Checked)
	p.notify.show()
	p.Start.show()
}

// changed shows what a change of the fields means, and that it is not saved.
func (p *Screen) changed() {
	if !p.setting {
		p.show()
		p.tell(said{unsaved: p.Unsaved(), unusable: p.actions.Unusable()})
	}
}

// Unsaved reports whether what was entered is not what was saved.
func (p *Screen) Unsaved() bool {
	s := p.saved
	for _, part := range p.parts() {
		if part(&s) != nil {
			return true
		}
	}
	return s != p.saved || p.Start.loginChanged()
}

// receptionChanged reports whether what was entered about the webhook and its
// tunnel is not what was saved.
func (p *Screen) receptionChanged() bool {
	s := p.saved
	err := errors.Join(p.webhook.Read(&s), p.tunnel.Read(&s))
	return err != nil || s != p.saved
}

// parts returns what reads the sections, in the order in which they are said to be
// wrong.
func (p *Screen) parts() []func(*config.Settings) error {
	return []func(*config.Settings) error{p.readFigures, p.notify.Read, p.readLines, p.webhook.Read, p.Calls.Read, p.tunnel.Read, p.Start.Read}
}

// read is what was entered, or what is wrong with the first of it.
func (p *Screen) read() (config.Settings, error) {
	s := p.saved
	for _, part := range p.parts() {
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
	s.Zone, s.RefreshSeconds, s.RatePerMinute = p.zone.Zone(), interval, rate
	s.IndianGrouping, s.Clock, s.Theme = p.Indian.Checked, p.clock.Value, p.theme.Value
	switch {
	case !p.zone.Valid():
		return errors.New(text.Tr("Correct the account's time zone first."))
	case errInterval != nil || errRate != nil:
		return errors.New(text.Tr("Enter whole numbers for refresh and requests."))
	}
	return nil
}

func (p *Screen) readLines(s *config.Settings) error {
	pull, err := wholeNumber(p.pull)
	if err != nil {
		return errors.New(text.Tr("Enter whole minutes for checking the lines."))
	}
	s.Health.PullMinutes = pull
	return nil
}

func wholeNumber(f *kit.Field) (int, error) { return strconv.Atoi(strings.TrimSpace(f.Text)) }

// Save saves what was entered, all or nothing.
func (p *Screen) Save() { p.SaveThen(func() {}) }

// SaveThen saves what was entered, all or nothing, and goes on with then once it is
// saved. Where saving deletes calls or replaces a file that could not be used, the
// user is asked first.
func (p *Screen) SaveThen(then func()) {
	s, err := p.read()
	if err != nil {
		p.end(s, err)
		if c := fyne.CurrentApp().Driver().CanvasForObject(p.Zone); !p.zone.Valid() && c != nil {
			c.Focus(p.Zone) // below it is what is wrong
		}
		return
	}
	keep := func() {
		if p.end(s, p.keep(s)) {
			then()
		}
	}
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

// discard shows the saved settings again.
func (p *Screen) discard() {
	p.set(p.saved)
	p.tell(said{unusable: p.actions.Unusable()})
	p.View.Refresh() // rows came or went
}

// SetUpdates says what is known of newer versions.
func (p *Screen) SetUpdates(u Updates) {
	p.Start.SetUpdates(u)
	p.View.Refresh() // rows came or went
}

// end says what came of saving and reports whether it succeeded.
func (p *Screen) end(s config.Settings, err error) bool {
	if err != nil {
		p.tell(said{unsaved: true, err: err})
		return false
	}
	p.set(s)
	p.tell(said{saved: true})
	return true
}

// tell shows the state of what was entered in the bar.
func (p *Screen) tell(s said) {
	if p.bar.Set(s) {
		p.View.Refresh()
	}
}

// Say tells what came of removing the account's keys.
func (p *Screen) Say(sentence string, color fyne.ThemeColorName) {
	kit.SetAnswer(p.account, sentence, color)
	p.View.Refresh()
	if sentence != "" {
		kit.Reveal(p.account)
	}
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
	p.setting = true // nothing is told any more
	p.webhook.Drop()
	p.notify.try.Drop()
	p.Start.look.Drop()
	p.help.ask.Drop()
	p.webhook.public.SetText("")
}
