package notify

import (
	"context"
	"runtime"

	"github.com/godbus/dbus/v5"
)

const (
	watcher     = "org.kde.StatusNotifierWatcher"
	watcherPath = "/StatusNotifierWatcher"
)

// HasTray reports whether the desktop shows tray icons: on Linux, whether its
// StatusNotifierWatcher runs and says that somebody draws what is registered
// there. GNOME has none without an extension. It takes a few seconds at most,
// and what cannot be found out counts as no. Windows and macOS always have one.
func HasTray(ctx context.Context) bool {
	if runtime.GOOS != "linux" {
		return true
	}
	ctx, cancel := context.WithTimeout(ctx, busLimit)
	defer cancel()
	conn, err := connect(ctx)
	if err != nil {
		return false
	}
	defer conn.Close()
	var shown bool
	err = conn.Object(watcher, watcherPath).CallWithContext(ctx, "org.freedesktop.DBus.Properties.Get",
		dbus.FlagNoAutoStart, watcher, "IsStatusNotifierHostRegistered").Store(&shown)
	return err == nil && shown
}
