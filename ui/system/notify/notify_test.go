package notify

import (
	"errors"
	"testing"
)

func TestWithoutAServiceOfItsOwnTheWindowGetsSafeText(t *testing.T) {
	const title, body = `R&D $(calc)`, `Owner's "desk"`
	asIs := func(text string) string { return text }
	for name, c := range map[string]struct {
		quote               func(string) string
		title, body         string
		wantTitle, wantBody string
	}{
		"Windows":               {inPowerShell, title, body, "R&D (calc)", "Owner's 'desk'"},
		"Windows, nothing left": {inPowerShell, "$`", "$", "Exotel Monitor", ""},
		"macOS":                 {asIs, title, body, title, body},
		"macOS, nothing left":   {asIs, "\x00", "", "Exotel Monitor", ""},
	} {
		var gotTitle, gotBody string
		s := &System{appName: "Exotel Monitor", quote: c.quote, fallback: func(t, b string) { gotTitle, gotBody = t, b }}
		if err := s.Notify(t.Context(), Message{Title: c.title, Body: c.body}); !errors.Is(err, ErrNotReported) {
			t.Errorf("%s: got %v", name, err)
		}
		if gotTitle != c.wantTitle || gotBody != c.wantBody {
			t.Errorf("%s: got %q, %q", name, gotTitle, gotBody)
		}
		s.Close() // there is nothing to close
	}
}

func TestWithoutServiceAndWindowTheUserLearnsWhatToDo(t *testing.T) {
	if err := (&System{}).Notify(t.Context(), Message{Title: "x"}); !errors.Is(err, errNoWindow) {
		t.Errorf("got %v", err)
	}
}
