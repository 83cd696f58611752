package ui

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
)

// preferences is the settings screen: the account, and what is no secret.
type preferences struct {
	view     fyne.CanvasObject
	account  *words // what came of forgetting it
	zone     *field
	interval *field
	rate     *field
	indian   *check
	pull     *field
	push     *field
	calls    *preferCalls
	webhook  *preferWebhook
	tunnel   *preferTunnel
	notify   *preferNotify
	start    *preferStart
	help     *preferHelp
	forget   *button
	status   *words

	actions preferenceActions
	saved   config.Settings
	state   reception.State
}

// preferenceActions is what the screen asks its owner for. Each then is called
// later, on the same goroutine.
type preferenceActions struct {
	save   func(config.Settings) error
	change func()
	forget func()
	// shorten asks whether calls are to be kept for so few months, and goes on
	// with save if they are.
	shorten func(months int, save func())
	// replace asks whether saved settings that could not be used are replaced, and
	// goes on if so.
	replace func(save func())
	copy    func(text string)
	// secret asks for the webhook's secret, a new one if renew is set.
	secret func(renew bool, then func(string, error))
	// find looks for agents that offer a tunnel to a port of this computer.
	find func(port int, then func([]tunnel.Found, error))
	// test sends a test heartbeat through the saved public URL.
	test func(then func(tunnel.Result, error))
	// try sends a test notification.
	try       func(then func(*journal.Delivery, error))
	reception func() reception.State

	login LoginStart
	feed  string // of releases, if it is not for the user to choose
	look  func(then func(updates, error))
	news  func()
	// diagnose copies a diagnosis.
	diagnose func(then func(struct{}, error))
	helpFacts
}

func newPreferences(s config.Settings, account string, actions preferenceActions) *preferences {
	p := &preferences{
		account: newAnswer(), zone: newField(), interval: newField(), rate: newField(), pull: newField(), push: newField(),
		status: newParagraph(""), actions: actions,
	}
	p.indian = newCheck(tr("Indian number format (1,24,700)"), p.save)
	p.calls = newPreferCalls(p.save)
	p.webhook = newPreferWebhook(actions, p.save, p.receptionChanged)
	p.tunnel = newPreferTunnel(p.save)
	p.notify = newPreferNotify(actions, p.save)
	p.start = newPreferStart(actions, p.save)
	p.help = newPreferHelp(actions)
	name := newWords(plain, theme.SizeNameText, 1)
	name.most = preferWidth / 2
	name.Set(account)
	change := newButton(tr("Change account or keys"), widget.MediumImportance, actions.change)
	p.forget = newButton(tr("Remove keys"), widget.DangerImportance, actions.forget)
	zone := newRow(tr("Account time zone"), p.zone, newHint(tr("Days and hours use this zone, such as Asia/Kolkata.")))
	p.view = newPreferSheet(
		newSection(tr("Account"), "", name, rowOf(8, change, p.forget), p.account), widget.NewSeparator(),
		newSection(tr("General"), "", zone,
			newRow(tr("Refresh every"), beside(p.interval, tr("seconds (15 or more)"))),
			newRow(tr("Requests a minute"), beside(p.rate, tr("Exotel allows 200 per account. 0 = no limit."))),
			newRow("", p.indian)), widget.NewSeparator(),
		p.calls.view, widget.NewSeparator(),
		newSection(tr("ExoPhone health"), tr("We check every number with Exotel. With the webhook, Exotel also notifies us instantly."),
			newRow(tr("Check every"), beside(p.pull, tr("minutes (0 = off)"))),
			newRow(tr("Heartbeat interval"), beside(p.push, tr("minutes (0 = detect)")))), widget.NewSeparator(),
		p.webhook.view, widget.NewSeparator(),
		p.tunnel.view, widget.NewSeparator(),
		p.notify.view, widget.NewSeparator(),
		p.start.view, widget.NewSeparator(),
		rowOf(8, newButton(tr("Save settings"), widget.HighImportance, p.save)), p.status, widget.NewSeparator(),
		p.help.view,
	)
	p.set(s)
	p.watch()
	return p
}

// watch saves on Enter, and shows at once what a change means.
func (p *preferences) watch() {
	fields := []*field{p.zone, p.interval, p.rate, p.calls.share, p.pull, p.push, p.start.feed}
	for _, q := range p.notify.quiet {
		fields = append(fields, q.from, q.to)
	}
	shown := []*field{p.webhook.address, p.webhook.public, p.tunnel.server, p.tunnel.user, p.tunnel.keyFile, p.tunnel.bind}
	for _, f := range append(fields, shown...) {
		f.OnSubmitted = func(string) { p.save() }
	}
	for _, f := range shown {
		f.OnChanged = func(string) { p.show() }
	}
	p.rate.OnChanged = p.calls.ShowRate
	p.webhook.public.OnChanged = func(string) {
		p.webhook.dropSecret()
		p.show()
	}
	for _, c := range []*check{p.webhook.on, p.tunnel.on} {
		c.OnChanged = func(bool) {
			p.show()
			p.view.Refresh() // rows came or went
		}
	}
}

// set shows saved settings.
func (p *preferences) set(s config.Settings) {
	p.saved = s
	p.zone.SetText(s.Zone)
	p.interval.SetText(strconv.Itoa(s.RefreshSeconds))
	p.rate.SetText(strconv.Itoa(s.RatePerMinute))
	p.indian.SetChecked(s.IndianGrouping)
	p.pull.SetText(strconv.Itoa(s.Health.PullMinutes))
	p.push.SetText(strconv.Itoa(s.Health.PushMinutes))
	p.calls.Set(s)
	p.webhook.Set(s)
	p.tunnel.Set(s)
	p.notify.Set(s)
	p.start.Set(s)
	if s.Health.Webhook {
		p.state = p.actions.reception()
	}
	p.show()
}

// SetReception shows how heartbeats are received now.
func (p *preferences) SetReception(state reception.State) {
	p.state = state
	p.show()
}

func (p *preferences) show() {
	p.webhook.Show(p.state)
	p.tunnel.Show(p.state, p.webhook.on.Checked)
}

// receptionChanged reports whether what was entered about the webhook and its
// tunnel is not what was saved.
func (p *preferences) receptionChanged() bool {
	s := p.saved
	err := errors.Join(p.webhook.Read(&s), p.tunnel.Read(&s))
	return err != nil || s != p.saved
}

// read is what was entered, or what is wrong with the first of it.
func (p *preferences) read() (config.Settings, error) {
	s := p.saved
	for _, part := range []func(*config.Settings) error{p.readFigures, p.calls.Read, p.readHealth, p.webhook.Read, p.tunnel.Read, p.notify.Read, p.start.Read} {
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

func (p *preferences) readFigures(s *config.Settings) error {
	interval, errInterval := wholeNumber(p.interval)
	rate, errRate := wholeNumber(p.rate)
	s.Zone, s.RefreshSeconds, s.RatePerMinute, s.IndianGrouping = strings.TrimSpace(p.zone.Text), interval, rate, p.indian.Checked
	if _, err := s.Location(); err == nil && (errInterval != nil || errRate != nil) {
		return errors.New(tr("Enter whole numbers for refresh and requests."))
	}
	return nil
}

func (p *preferences) readHealth(s *config.Settings) error {
	pull, errPull := wholeNumber(p.pull)
	push, errPush := wholeNumber(p.push)
	if errPull != nil || errPush != nil {
		return errors.New(tr("Enter whole minutes for ExoPhone health."))
	}
	s.Health.PullMinutes, s.Health.PushMinutes = pull, push
	return nil
}

func wholeNumber(f *field) (int, error) { return strconv.Atoi(strings.TrimSpace(f.Text)) }

// save saves what was entered, all or nothing. Where that deletes calls or replaces
// a file that could not be used, the user is asked first.
func (p *preferences) save() {
	s, err := p.read()
	if err != nil {
		p.end(s, err)
		return
	}
	keep := func() { p.end(s, p.keep(s)) }
	p.actions.replace(func() {
		if shorter(s.KeepMonths, p.saved.KeepMonths) {
			p.actions.shorten(s.KeepMonths, keep)
		} else {
			keep()
		}
	})
}

func (p *preferences) keep(s config.Settings) error {
	if err := p.start.Apply(); err != nil {
		return err
	}
	return p.actions.save(s)
}

// SetUpdates says what is known of newer versions.
func (p *preferences) SetUpdates(u updates) {
	p.start.SetUpdates(u)
	p.view.Refresh() // rows came or went
}

// end says what came of saving.
func (p *preferences) end(s config.Settings, err error) {
	if err != nil {
		say(p.status, errorText(err), theme.ColorNameError)
	} else {
		p.set(s)
		say(p.status, tr("Saved."), theme.ColorNameSuccess)
	}
	reveal(p.status)
}

// say tells what came of forgetting the account.
func (p *preferences) say(sentence string, color fyne.ThemeColorName) {
	say(p.account, sentence, color)
}

// Busy says that the keyring is asked to forget, and holds the button meanwhile.
func (p *preferences) Busy(busy bool) {
	p.say("", plain)
	p.forget.Enable()
	if busy {
		p.say(tr("Opening the keyring. Enter its password if prompted."), plain)
		p.forget.Disable()
	}
}

// Leave ends what the screen waits for: it is no longer shown. An answer that
// comes later changes nothing, and no secret that was pasted stays.
func (p *preferences) Leave() {
	p.webhook.Drop()
	p.notify.try.Drop()
	p.start.look.Drop()
	p.help.ask.Drop()
	p.webhook.public.SetText("")
}
