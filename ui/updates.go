package ui

import (
	"cmp"
	"context"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"exotel-monitor/ui/config"
	"exotel-monitor/ui/kit"
	"exotel-monitor/ui/settings"
	"exotel-monitor/ui/system/update"
	"exotel-monitor/ui/text"
)

// What the window does with newer versions of the program. It tells of them and
// opens the browser; it downloads and installs nothing.

const updateWait = 15 * time.Second // update's own limit is shorter

// feed is where newer versions are looked for; "" for the project's own.
func (w *Window) feed() string { return cmp.Or(w.UpdateFeed, w.Settings.UpdateFeed) }

// allowUpdates looks for newer versions from now on, if the user allows that.
func (w *Window) allowUpdates() {
	w.checker.Set(update.Choice{Allowed: w.Settings.UpdateCheck, Feed: w.feed()})
}

// lookForUpdate looks now: the user asked for it.
func (w *Window) lookForUpdate(then func(settings.Updates, error)) {
	inBackground(w, w.ctx, updateWait, func(ctx context.Context) (*update.Release, error) {
		return update.Check(ctx, nil, w.feed(), w.Version)
	}, func(r *update.Release, err error) {
		w.applyUpdate(r, err)
		then(w.updates, nil)
	})
}

// applyUpdate hears what came of a look for a newer version. One that was found
// does not go away because the next look fails.
func (w *Window) applyUpdate(r *update.Release, err error) {
	known := w.updates.Release
	w.updates = settings.Updates{Release: r, Err: err, Looked: w.now()}
	if err != nil {
		w.updates.Release = known
	}
	w.showUpdate()
	if w.preferences != nil {
		w.preferences.SetUpdates(w.updates)
	}
}

// showUpdate tells of a newer version, unless the user does not want to hear of
// it.
func (w *Window) showUpdate() {
	version := ""
	if r := w.updates.Release; r != nil && r.Version != w.Settings.UpdateSkip {
		version = r.Version
	}
	if w.session != nil {
		w.dashboard.ApplyUpdate(version)
	}
	w.tray.SetUpdate(version)
}

// showNews says what is new in the newer version.
func (w *Window) showNews() {
	r := w.updates.Release
	if r == nil {
		return
	}
	notes := container.NewVScroll(kit.Wrapped(cmp.Or(r.Notes, text.Tr("No release notes."))))
	room := w.window.Canvas().Size().SubtractWidthHeight(60, 160)
	notes.SetMinSize(fyne.NewSize(min(600, room.Width), min(320, room.Height)))
	title := text.Tr("What is new in %s", r.Version)
	if !r.Published.IsZero() {
		title += " · " + r.Published.In(w.now().Location()).Format("2 Jan 2006")
	}
	w.dialogs.Show(title, notes, 0,
		kit.NewButton(text.Tr("Close"), widget.MediumImportance, nil),
		kit.NewButton(text.Tr("Skip this version"), widget.MediumImportance, w.skipUpdate),
		kit.NewButton(text.Tr("Download"), widget.HighImportance, w.download))
}

// skipUpdate tells no more of this version.
func (w *Window) skipUpdate() {
	if w.updates.Release == nil {
		return
	}
	version := w.updates.Release.Version
	w.Settings.UpdateSkip = version
	if err := w.ChangeSettings(func(s *config.Settings) { s.UpdateSkip = version }); err != nil {
		w.dialogs.Message(text.Tr("Settings"), text.Error(err))
	}
	w.showUpdate()
}

// download opens the newer version's address in the browser.
func (w *Window) download() {
	r := w.updates.Release
	if r == nil {
		return
	}
	address := r.Download(runtime.GOOS, runtime.GOARCH, packaging())
	u, err := url.Parse(address)
	if err == nil {
		err = w.app.OpenURL(u)
	}
	if err != nil {
		w.Log.Warn("the browser was not opened", "error", err)
		w.copyText(address)
		w.dialogs.Message(text.Tr("Download"), text.Tr("The browser could not be opened. The address was copied; paste it there."))
	}
}

// packaging is the kind of package that this program came in, as far as that can
// be seen; "" where a system has one kind only.
func packaging() string {
	program, err := os.Executable()
	if err != nil || runtime.GOOS != "linux" {
		return ""
	}
	return packagingOf(program, func(path string) bool {
		_, err := os.Stat(path)
		return err == nil
	})
}

func packagingOf(program string, exists func(path string) bool) string {
	switch {
	case !strings.HasPrefix(filepath.ToSlash(program), "/usr/") || strings.HasPrefix(program, "/usr/local/"):
		return "tar"
	case exists("/etc/debian_version"):
		return "deb"
	default:
		return "rpm"
	}
}
