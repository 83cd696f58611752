package settings

import (
	"errors"
	"strings"
	"testing"

	"exotel-monitor/ui/config"
	"exotel-monitor/ui/system/update"
	"exotel-monitor/ui/uitest/sample"
)

func TestWhatCameOfALookIsSaid(t *testing.T) {
	version := &update.Release{Version: "1.3.0"}
	for _, tt := range []struct {
		updates Updates
		skip    string
		want    string
	}{
		{Updates{}, "", ""},
		{Updates{Looked: sample.Now}, "", "1.2.0 is the newest version (checked 20 Nov 14:22)."},
		{Updates{Looked: sample.Now, Release: version}, "", "1.3.0 is available."},
		{Updates{Looked: sample.Now, Release: version}, "1.3.0", "1.3.0 is available (you skipped it)."},
		{Updates{Looked: sample.Now, Release: version, Err: errors.New("the feed is gone")}, "", "The feed is gone."},
	} {
		s := config.Default()
		s.UpdateSkip = tt.skip
		r := open(t, s)
		r.SetUpdates(tt.updates)
		if got := r.Start.look.Answer.Text; got != tt.want || r.Start.news.Visible() != (tt.updates.Release != nil) {
			t.Errorf("%+v: %q", tt.updates, got)
		}
	}
}

func TestAFeedIsSavedBeforeItIsLookedInto(t *testing.T) {
	r := open(t, config.Default())
	r.Start.Feed.SetText("https://example.com/feed.json")
	if !r.Shows("Save first, then check.") || r.CanTap("Check now") {
		t.Error("it looks into another feed than the one on the screen")
	}
	r.Start.Feed.SetText("")
	r.Tap("Check now")
	if r.looked == nil || !r.Shows("Checking…") {
		t.Error("it does not look")
	}
}

func TestTheStartAtLoginIsWhatTheSystemSays(t *testing.T) {
	r := open(t, config.Default(), func(r *rig) { r.login.On = true })
	if !r.Start.login.Checked {
		t.Fatal("it shows something else")
	}
	r.Save()
	if r.login.Sets != 0 {
		t.Error("saving changes what was not changed")
	}
	r.Start.login.SetChecked(false)
	if r.login.Sets != 0 {
		t.Error("it changes before it is saved")
	}
	r.Tap("Save")
	if r.login.On || r.login.Sets != 1 || len(r.stored) != 2 {
		t.Errorf("on: %v, set %d times, saved %d times", r.login.On, r.login.Sets, len(r.stored))
	}
	r.Start.login.SetChecked(true)
	r.login.Err = errors.New("the program will not start by itself: permission denied")
	r.Tap("Save")
	if !strings.HasPrefix(r.bar.Status.Text, "The program will not start by itself: permission denied") || len(r.stored) != 2 {
		t.Errorf("says %q, saved %d times", r.bar.Status.Text, len(r.stored))
	}
	unknown := open(t, config.Default(), func(r *rig) { r.login.Err = errors.New("it is not known: no home") })
	if !unknown.Shows("It is not known: no home.") {
		t.Error("it does not say that it is not known")
	}
}
