package settings

import (
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"exotel-monitor/ui/config"
	"exotel-monitor/ui/kit"
	"exotel-monitor/ui/system/update"
	"exotel-monitor/ui/text"
)

// startSection is what the settings screen has about the program's start and its
// newer versions. Its rows are in two sections.
type startSection struct {
	loginRow, updatesRow, feedRow fyne.CanvasObject

	login   *check
	starts  *kit.Text // why it is not known whether it starts, or does not
	updates *check
	Feed    *kit.Field
	look    *kit.Inquiry
	news    *kit.Button

	actions Actions
	saved   config.Settings
	now     bool // it starts when the user logs in
}

// LoginStart lets the program start when the user logs in.
type LoginStart interface {
	Enabled() (bool, error)
	Set(on bool) error
}

func newStartSection(actions Actions, submit func()) *startSection {
	p := &startSection{
		login: newCheck(text.Tr("Start when I log in"), submit), starts: kit.NewAnswer(),
		updates: newCheck(text.Tr("Check for updates"), submit), Feed: kit.NewField(), actions: actions,
	}
	answer := kit.NewAnswer()
	p.look = kit.NewInquiry(text.Tr("Check now"), answer, p.lookNow)
	p.news = kit.NewButton(text.Tr("See what is new"), widget.MediumImportance, actions.News)
	p.news.Hide()
	about := text.Tr("Leave empty for the default.")
	if actions.Feed != "" {
		about = text.Tr("Set by EXOTEL_UPDATE_FEED.")
		p.Feed.Disable()
	}
	p.loginRow = kit.NewFormRow("", p.login, kit.NewHint(text.Tr("Starts in the tray, if there is one.")), p.starts)
	p.updatesRow = kit.NewFormRow("", p.updates, kit.NewHint(text.Tr("Once a day. Sends nothing about you; downloads and installs nothing.")),
		kit.NewRow(8, p.look.Button, p.news), answer)
	p.feedRow = kit.NewFormRow(text.Tr("Update feed URL"), p.Feed, kit.NewHint(about))
	return p
}

// Set shows saved settings, and what the system does at login.
func (p *startSection) Set(s config.Settings) {
	p.saved = s
	p.updates.SetChecked(s.UpdateCheck)
	p.Feed.SetText(s.UpdateFeed)
	if p.actions.Feed != "" {
		p.Feed.SetText(p.actions.Feed)
	}
	p.look.Drop()
	now, err := p.actions.Login.Enabled()
	p.now = now
	p.login.SetChecked(now)
	kit.SetAnswer(p.starts, text.Error(err), theme.ColorNameError)
}

// Read puts what was entered into settings.
func (p *startSection) Read(s *config.Settings) error {
	s.UpdateCheck = p.updates.Checked
	if p.actions.Feed == "" {
		s.UpdateFeed = strings.TrimSpace(p.Feed.Text)
	}
	return nil
}

// loginChanged reports whether the start at login is to be another than it is.
func (p *startSection) loginChanged() bool { return p.login.Checked != p.now }

// Apply tells the system what to do at login, if that changed.
func (p *startSection) Apply() error {
	if !p.loginChanged() {
		return nil
	}
	err := p.actions.Login.Set(p.login.Checked)
	if err == nil {
		p.now = p.login.Checked
	}
	return err
}

// SetUpdates says what is known of newer versions.
func (p *startSection) SetUpdates(u Updates) {
	sentence, color := updatesText(u, p.actions.Version, p.saved)
	kit.SetAnswer(p.look.Answer, sentence, color)
	p.news.Hidden = u.Release == nil
}

func updatesText(u Updates, version string, s config.Settings) (string, fyne.ThemeColorName) {
	switch {
	case u.Looked.IsZero():
		return "", kit.ColorText
	case u.Err != nil:
		return text.Error(u.Err), theme.ColorNameWarning
	case u.Release == nil:
		return text.Tr("%s is the newest version (checked %s).", version, text.FormatOf(s).Time(u.Looked, "2 Jan 15:04")), theme.ColorNameSuccess
	case u.Release.Version == s.UpdateSkip:
		return text.Tr("%s is available (you skipped it).", u.Release.Version), kit.ColorText
	default:
		return text.Tr("%s is available.", u.Release.Version), kit.ColorText
	}
}

// show lets newer versions be looked for only in the feed that was saved.
func (p *startSection) show() {
	entered, why := p.saved, ""
	_ = p.Read(&entered) // it has none
	if entered.UpdateFeed != p.saved.UpdateFeed {
		why = text.Tr("Save first, then check.")
	}
	p.look.Hold(why)
}

func (p *startSection) lookNow() {
	p.actions.Look(kit.Ask(p.look, text.Tr("Checking…"), p.SetUpdates))
}

// Updates is what is known of newer versions.
type Updates struct {
	Release *update.Release // the newest, nil if it is not newer than this one
	Err     error           // why that could not be found out last
	Looked  time.Time       // zero for not yet
}
