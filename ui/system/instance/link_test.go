package instance

import (
	"strings"
	"testing"
)

func TestLinksLeadToAFewScreens(t *testing.T) {
	for text, want := range map[string]Link{
		"exotel-monitor://alerts/12":                 {Screen: Alerts, ID: 12},
		"exotel-monitor://alerts/999999999999999999": {Screen: Alerts, ID: 999999999999999999},
		"exotel-monitor://alerts":                    {Screen: Alerts},
		"exotel-monitor://dashboard":                 {Screen: Dashboard},
		"exotel-monitor://dashboard/":                {Screen: Dashboard}, // as some browsers write it
		"exotel-monitor://data":                      {Screen: Data},
		"exotel-monitor://settings":                  {Screen: Settings},
	} {
		if got, err := ParseLink(text); err != nil || got != want {
			t.Errorf("ParseLink(%q) = %+v, %v, want %+v", text, got, err, want)
		}
	}
}

func TestWhatIsNoLinkIsRefused(t *testing.T) {
	for _, text := range []string{
		"", "exotel-monitor:", "exotel-monitor://", "exotel-monitor:///alerts/1", "exotel-monitor:alerts/1",
		"EXOTEL-MONITOR://alerts/1", "exotel-monitor://Alerts/1", "http://alerts/1", " exotel-monitor://alerts/1",
		"exotel-monitor://alerts/0", "exotel-monitor://alerts/-1", "exotel-monitor://alerts/+1", "exotel-monitor://alerts/01",
		"exotel-monitor://alerts/1x", "exotel-monitor://alerts/1/2", "exotel-monitor://alerts/१", "exotel-monitor://alerts/%31",
		"exotel-monitor://alerts/9999999999999999999", "exotel-monitor://dashboard/1", "exotel-monitor://data//",
		"exotel-monitor://user@alerts/1", "exotel-monitor://alerts:80/1", "exotel-monitor://alerts/1?x=1", "exotel-monitor://alerts/1#x",
		"exotel-monitor://alerts/1\n", "exotel-monitor://alerts/1\nexotel-monitor://data", "exotel-monitor://phones", "--demo",
	} {
		if got, err := ParseLink(text); err == nil {
			t.Errorf("ParseLink(%q) = %+v", text, got)
		}
	}
}

func TestTheErrorOfALongLinkIsShort(t *testing.T) {
	if _, err := ParseLink(strings.Repeat("x", 1<<20)); len(err.Error()) > 200 {
		t.Errorf("the error has %d bytes", len(err.Error()))
	}
}

func TestTheZeroLinkIsWrittenAsNothing(t *testing.T) {
	if got := (Link{}).String(); got != "" {
		t.Errorf("got %q", got)
	}
}

// FuzzParseLink: a link that is taken means the same when it is written again,
// and fits the line in which it is handed over.
func FuzzParseLink(f *testing.F) {
	for _, text := range []string{"exotel-monitor://alerts/12", "exotel-monitor://data/", "exotel-monitor://alerts/0", "x"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		link, err := ParseLink(text)
		if err != nil {
			return
		}
		if again, err := ParseLink(link.String()); err != nil || again != link {
			t.Errorf("%q became %q, which is %+v, %v", text, link, again, err)
		}
		if len(link.String()) >= longestLine || strings.ContainsAny(text, "\r\n") || link.ID < 0 {
			t.Errorf("%q was taken", text)
		}
	})
}
