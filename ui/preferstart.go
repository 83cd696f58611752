package ui

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"exotel-monitor/ui/config"
)

// preferStart is the part of the settings screen about the program's start and
// its newer versions.
type preferStart struct {
	view    fyne.CanvasObject
	login   *check
	starts  *words // why it is not known whether it starts, or does not
	updates *check
	feed    *field
	look    *inquiry
	news    *button

	actions preferenceActions
	saved   config.Settings
	now     bool // it starts when the user logs in
}

// LoginStart lets the program start when the user logs in.
type LoginStart interface {
	Enabled() (bool, error)
	Set(on bool) error
}

func newPreferStart(actions preferenceActions, submit func()) *preferStart {
	p := &preferStart{
		login: newCheck(tr("Start when I log in"), submit), starts: newAnswer(),
		updates: newCheck(tr("Check for updates"), submit), feed: newField(), actions: actions,
	}
	answer := newAnswer()
	p.look = newInquiry(tr("Check now"), answer, p.lookNow)
	p.news = newButton(tr("See what is new"), widget.MediumImportance, actions.news)
	p.news.Hide()
	about := tr("Leave empty for the default.")
	if actions.feed != "" {
		about = tr("Set by EXOTEL_UPDATE_FEED.")
		p.feed.Disable()
	}
	p.view = newSection(tr("Start and updates"), "",
		newRow("", p.login, newHint(tr("Starts in the tray, if there is one.")), p.starts),
		newRow("", p.updates, newHint(tr("Once a day. Sends nothing about you; downloads and installs nothing."))),
		newRow(tr("Update feed URL"), p.feed, newHint(about)),
		newRow("", rowOf(8, p.look.button, p.news), answer))
	return p
}

// Set shows saved settings, and what the system does at login.
func (p *preferStart) Set(s config.Settings) {
	p.saved = s
	p.updates.SetChecked(s.UpdateCheck)
	p.feed.SetText(s.UpdateFeed)
	if p.actions.feed != "" {
		p.feed.SetText(p.actions.feed)
	}
	p.look.Drop()
	now, err := p.actions.login.Enabled()
	p.now = now
	p.login.SetChecked(now)
	say(p.starts, errorText(err), theme.ColorNameError)
}

// Read puts what was entered into settings.
func (p *preferStart) Read(s *config.Settings) error {
	s.UpdateCheck = p.updates.Checked
	if p.actions.feed == "" {
		s.UpdateFeed = strings.TrimSpace(p.feed.Text)
	}
	return nil
}

// Apply tells the system what to do at login, if that changed.
func (p *preferStart) Apply() error {
	if p.login.Checked == p.now {
		return nil
	}
	err := p.actions.login.Set(p.login.Checked)
	if err == nil {
		p.now = p.login.Checked
	}
	return err
}

// SetUpdates says what is known of newer versions.
func (p *preferStart) SetUpdates(u updates) {
	sentence, color := updatesText(u, p.actions.version, p.saved)
	say(p.look.answer, sentence, color)
	p.news.Hidden = u.release == nil
}

func updatesText(u updates, version string, s config.Settings) (string, fyne.ThemeColorName) {
	switch {
	case u.looked.IsZero():
		return "", plain
	case u.err != nil:
		return errorText(u.err), theme.ColorNameWarning
	case u.release == nil:
		return tr("%s is the newest version (checked %s).", version, u.looked.Format("2 Jan 15:04")), theme.ColorNameSuccess
	case u.release.Version == s.UpdateSkip:
		return tr("%s is available (you skipped it).", u.release.Version), plain
	default:
		return tr("%s is available.", u.release.Version), plain
	}
}

func (p *preferStart) lookNow() {
	entered := p.saved
	_ = p.Read(&entered) // it has none
	if entered.UpdateFeed != p.saved.UpdateFeed {
		say(p.look.answer, tr("Save first."), theme.ColorNameWarning)
		return
	}
	p.actions.look(asking(p.look, tr("Checking…"), p.SetUpdates))
}
