package connect

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"exotel-monitor/exotel"
	"exotel-monitor/ui/config"
	"exotel-monitor/ui/kit"
	"exotel-monitor/ui/text"
)

// Screen asks for an account. It is the first screen of a first run, and
// the place to mend keys later.
type Screen struct {
	View    fyne.CanvasObject
	region  *widget.RadioGroup
	address *kit.Field
	Key     *kit.Field
	token   *kit.Field
	sid     *kit.Field
	status  *kit.Text
	test    *kit.Button
	connect *kit.Button
	Stop    *kit.Button // ends what is going on
	Waiting bool
}

// Actions is what the screen asks its owner for.
type Actions struct {
	Test    func(config.Credentials)
	Connect func(config.Credentials)
	Demo    func()
	Back    func() // nil on a first run
	Unlock  func() // nil unless the keyring is locked
}

// New returns a screen with what is known of the account.
func New(known config.Credentials, actions Actions) *Screen {
	s := &Screen{
		address: kit.NewField(), Key: kit.NewField(), token: kit.NewSecretField(), sid: kit.NewField(),
		status: kit.NewParagraph(""),
	}
	s.address.SetPlaceHolder("https://")
	s.region = widget.NewRadioGroup([]string{text.Tr("Singapore"), text.Tr("Mumbai"), text.Tr("Other address")}, s.showRegion)
	s.region.Horizontal, s.region.Required = true, true
	s.fill(known)
	submit := func() {
		if !s.Waiting { // Enter in a field reaches here while the buttons are held
			actions.Connect(s.credentials())
		}
	}
	for _, f := range []*kit.Field{s.address, s.Key, s.token, s.sid} {
		f.OnSubmitted = func(string) { submit() }
	}
	s.test = kit.NewButton(text.Tr("Test connection"), widget.MediumImportance, func() { actions.Test(s.credentials()) })
	s.connect = kit.NewButton(text.Tr("Connect"), widget.HighImportance, submit)
	s.Stop = kit.NewButton("", widget.MediumImportance, nil)
	s.Stop.Hide()
	buttons := kit.NewRow(8, s.connect, s.test)
	if actions.Back != nil {
		buttons.Add(kit.NewButton(text.Tr("Back"), widget.MediumImportance, actions.Back))
	}
	if actions.Unlock != nil {
		buttons.Add(kit.NewButton(text.Tr("Try keyring again"), widget.MediumImportance, actions.Unlock))
	}
	form := widget.NewForm(
		widget.NewFormItem(text.Tr("Region"), s.region),
		widget.NewFormItem(text.Tr("Address"), s.address),
		widget.NewFormItem(text.Tr("API key"), s.Key),
		widget.NewFormItem(text.Tr("API token"), s.token),
		widget.NewFormItem(text.Tr("Account SID"), s.sid),
	)
	hint := kit.NewParagraph(text.Tr("Find these in your Exotel dashboard under Settings › API settings. They are stored in this computer's keyring and sent only to Exotel."))
	or := kit.NewText(kit.ColorMuted, kit.SizeLabel, 1)
	or.Set(text.Tr("No account yet?"))
	demo := kit.NewButton(text.Tr("Explore the demo account"), widget.MediumImportance, actions.Demo)
	s.View = kit.NewSheet(
		kit.NewHeading(text.Tr("Connect your Exotel account")), hint, form, buttons, s.outcome(),
		widget.NewSeparator(), kit.NewRow(10, or, demo),
	)
	return s
}

// outcome is where the form says what is going on or how it went, beside what ends
// it. It has its room from the beginning, so that nothing moves when it speaks.
func (s *Screen) outcome() fyne.CanvasObject {
	const lines = 3 // of a refusal with its advice
	room := canvas.NewRectangle(color.Transparent)
	room.SetMinSize(fyne.NewSize(0, max(lines*s.status.Measure("M").Height, s.Stop.MinSize().Height)))
	stop := kit.NewRow(0, s.Stop)
	return container.NewStack(room, container.New(layout.NewBorderLayout(nil, nil, nil, stop), s.status, stop))
}

// fill enters what is known of the account.
func (s *Screen) fill(known config.Credentials) {
	s.Key.SetText(known.Key)
	s.token.SetText(known.Token)
	s.sid.SetText(known.SID)
	switch base, err := exotel.ParseBaseURL(known.BaseURL); {
	case err != nil || base.String() == exotel.Singapore:
		s.region.SetSelected(s.region.Options[0])
	case base.String() == exotel.Mumbai:
		s.region.SetSelected(s.region.Options[1])
	default:
		s.address.SetText(base.String())
		s.region.SetSelected(s.region.Options[2])
	}
}

func (s *Screen) showRegion(chosen string) {
	switch chosen {
	case s.region.Options[0]:
		s.address.SetText(exotel.Singapore)
		s.address.Disable()
	case s.region.Options[1]:
		s.address.SetText(exotel.Mumbai)
		s.address.Disable()
	default:
		s.address.Enable()
	}
}

func (s *Screen) credentials() config.Credentials {
	return config.Credentials{BaseURL: s.address.Text, Key: s.Key.Text, Token: s.token.Text, SID: s.sid.Text}.Trimmed()
}

// Busy says what is going on, holds the buttons meanwhile, and offers to end it.
func (s *Screen) Busy(sentence, stopping string, stop func()) {
	s.Waiting = true
	kit.SetAnswer(s.status, sentence, kit.ColorText)
	s.test.Disable()
	s.connect.Disable()
	s.Stop.OnTapped = stop
	s.Stop.SetText(stopping)
	s.Stop.Show()
}

// Ready says how it went and frees the buttons.
func (s *Screen) Ready(sentence string, good bool) {
	s.Waiting = false
	color := theme.ColorNameError
	if good {
		color = theme.ColorNameSuccess
	}
	kit.SetAnswer(s.status, sentence, color)
	s.test.Enable()
	s.connect.Enable()
	s.Stop.Hide()
}

// Clear forgets what was typed, so that no secret stays in a hidden screen.
func (s *Screen) Clear() {
	s.Key.SetText("")
	s.token.SetText("")
}
