package notify

import (
	"errors"
	"testing"
)

func TestWithoutAServiceOfItsOwnTheWindowGetsCleanText(t *testing.T) {
	var title, body string
	s := &System{appName: "Exotel Monitor", fallback: func(t, b string) { title, body = t, b }}
	if err := s.Notify(t.Context(), Message{Title: "Sales $(calc)", Body: `x"; Start-Process calc`}); !errors.Is(err, ErrNotReported) {
		t.Errorf("got %v", err)
	}
	if title != "Sales (calc)" || body != "x ; Start-Process calc" {
		t.Errorf("got %q, %q", title, body)
	}
	s.Close() // there is nothing to close
}

func TestWithoutServiceAndWindowTheUserLearnsWhatToDo(t *testing.T) {
	if err := (&System{}).Notify(t.Context(), Message{Title: "x"}); !errors.Is(err, errNoWindow) {
		t.Errorf("got %v", err)
	}
}
