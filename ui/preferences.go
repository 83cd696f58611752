package ui

import (
	"errors"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"exotel-monitor/ui/settings"
)

// preferences is the settings screen: the account, and what is no secret.
type preferences struct {
	view     fyne.CanvasObject
	zone     *field
	interval *field
	rate     *field
	indian   *widget.Check
	forget   *button
	status   *words
}

// preferenceActions is what the screen asks its owner for.
type preferenceActions struct {
	save   func(settings.Settings) error
	change func()
	forget func()
}

func newPreferences(s settings.Settings, account string, actions preferenceActions) *preferences {
	p := &preferences{
		zone: newField(), interval: newField(), rate: newField(),
		indian: widget.NewCheck(tr("Indian grouping of digits: 1,24,700"), nil),
		status: newParagraph(""),
	}
	p.zone.SetText(s.Zone)
	p.interval.SetText(strconv.Itoa(s.RefreshSeconds))
	p.rate.SetText(strconv.Itoa(s.RatePerMinute))
	p.indian.SetChecked(s.IndianGrouping)
	form := widget.NewForm(
		&widget.FormItem{Text: tr("Account's time zone"), Widget: p.zone, HintText: tr("Days and hours are counted in this zone, such as Asia/Kolkata.")},
		&widget.FormItem{Text: tr("Refresh every"), Widget: p.interval, HintText: tr("Seconds, 15 at least.")},
		&widget.FormItem{Text: tr("Requests a minute"), Widget: p.rate, HintText: tr("Exotel allows an account 200. 0 for no limit of our own.")},
		widget.NewFormItem("", p.indian),
	)
	save := func() { p.save(s, actions.save) }
	for _, f := range []*field{p.zone, p.interval, p.rate} {
		f.OnSubmitted = func(string) { save() }
	}
	change := newButton(tr("Change account or keys"), widget.MediumImportance, actions.change)
	p.forget = newButton(tr("Forget credentials"), widget.DangerImportance, actions.forget)
	name := newWords(plain, theme.SizeNameText, 1)
	name.most = sheetWidth
	name.Set(account)
	p.view = newSheet(
		heading(tr("Account")), name, rowOf(8, change, p.forget),
		widget.NewSeparator(),
		heading(tr("Settings")), form,
		rowOf(8, newButton(tr("Save settings"), widget.HighImportance, save)), p.status,
	)
	return p
}

func (p *preferences) save(s settings.Settings, save func(settings.Settings) error) {
	interval, errInterval := strconv.Atoi(p.interval.Text)
	rate, errRate := strconv.Atoi(p.rate.Text)
	s.Zone, s.RefreshSeconds, s.RatePerMinute, s.IndianGrouping = p.zone.Text, interval, rate, p.indian.Checked
	err := s.Check()
	if errInterval != nil || errRate != nil {
		err = errors.New(tr("Refresh and requests must be whole numbers."))
	}
	if err == nil {
		err = save(s)
	}
	if err != nil {
		p.say(errorText(err), theme.ColorNameError)
	} else {
		p.say(tr("Saved."), theme.ColorNameSuccess)
	}
}

func (p *preferences) say(sentence string, color fyne.ThemeColorName) {
	p.status.SetColor(color)
	p.status.Set(sentence)
}

// Busy says that the keyring is asked to forget, and holds the button meanwhile.
func (p *preferences) Busy(busy bool) {
	p.say("", plain)
	p.forget.Enable()
	if busy {
		p.say(tr("Asking the keyring. If it asks for its password, enter it there."), plain)
		p.forget.Disable()
	}
}
