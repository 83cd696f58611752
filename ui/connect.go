package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"exotel-monitor/exotel"
	"exotel-monitor/ui/config"
)

// connectScreen asks for an account. It is the first screen of a first run, and
// the place to mend keys later.
type connectScreen struct {
	view    fyne.CanvasObject
	region  *widget.RadioGroup
	address *field
	key     *field
	token   *field
	sid     *field
	status  *words
	test    *button
	connect *button
	stop    *button // ends what is going on
	busy    bool
}

// connectActions is what the screen asks its owner for.
type connectActions struct {
	test    func(config.Credentials)
	connect func(config.Credentials)
	demo    func()
	back    func() // nil on a first run
	unlock  func() // nil unless the keyring is locked
}

func newConnectScreen(known config.Credentials, actions connectActions) *connectScreen {
	s := &connectScreen{
		address: newField(), key: newField(), token: newSecretField(), sid: newField(),
		status: newParagraph(""),
	}
	s.address.SetPlaceHolder("https://")
	s.region = widget.NewRadioGroup([]string{tr("Singapore"), tr("Mumbai"), tr("Other address")}, s.showRegion)
	s.region.Horizontal, s.region.Required = true, true
	s.fill(known)
	submit := func() {
		if !s.busy { // Enter in a field reaches here while the buttons are held
			actions.connect(s.credentials())
		}
	}
	for _, f := range []*field{s.address, s.key, s.token, s.sid} {
		f.OnSubmitted = func(string) { submit() }
	}
	s.test = newButton(tr("Test connection"), widget.MediumImportance, func() { actions.test(s.credentials()) })
	s.connect = newButton(tr("Connect"), widget.HighImportance, submit)
	s.stop = newButton("", widget.MediumImportance, nil)
	s.stop.Hide()
	buttons := rowOf(8, s.connect, s.test)
	if actions.back != nil {
		buttons.Add(newButton(tr("Back"), widget.MediumImportance, actions.back))
	}
	if actions.unlock != nil {
		buttons.Add(newButton(tr("Try keyring again"), widget.MediumImportance, actions.unlock))
	}
	form := widget.NewForm(
		widget.NewFormItem(tr("Region"), s.region),
		widget.NewFormItem(tr("Address"), s.address),
		widget.NewFormItem(tr("API key"), s.key),
		widget.NewFormItem(tr("API token"), s.token),
		widget.NewFormItem(tr("Account SID"), s.sid),
	)
	hint := newParagraph(tr("Find these in your Exotel dashboard under Settings › API settings. They are stored in this computer's keyring and sent only to Exotel."))
	or := newWords(colorMuted, sizeLabel, 1)
	or.Set(tr("No account yet?"))
	demo := newButton(tr("Explore the demo account"), widget.MediumImportance, actions.demo)
	s.view = newSheet(
		heading(tr("Connect your Exotel account")), hint, form, buttons, s.status, rowOf(8, s.stop),
		widget.NewSeparator(), rowOf(10, or, demo),
	)
	return s
}

// fill enters what is known of the account.
func (s *connectScreen) fill(known config.Credentials) {
	s.key.SetText(known.Key)
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

func (s *connectScreen) showRegion(chosen string) {
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

func (s *connectScreen) credentials() config.Credentials {
	return config.Credentials{BaseURL: s.address.Text, Key: s.key.Text, Token: s.token.Text, SID: s.sid.Text}.Trimmed()
}

// Busy says what is going on, holds the buttons meanwhile, and offers to end it.
func (s *connectScreen) Busy(sentence, stopping string, stop func()) {
	s.busy = true
	say(s.status, sentence, plain)
	s.test.Disable()
	s.connect.Disable()
	s.stop.OnTapped = stop
	s.stop.SetText(stopping)
	s.stop.Show()
}

// Ready says how it went and frees the buttons.
func (s *connectScreen) Ready(sentence string, good bool) {
	s.busy = false
	color := theme.ColorNameError
	if good {
		color = theme.ColorNameSuccess
	}
	say(s.status, sentence, color)
	s.test.Enable()
	s.connect.Enable()
	s.stop.Hide()
}

// Clear forgets what was typed, so that no secret stays in a hidden screen.
func (s *connectScreen) Clear() {
	s.key.SetText("")
	s.token.SetText("")
}
