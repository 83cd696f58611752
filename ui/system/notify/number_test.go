package notify

import "testing"

func TestNumbersAreHidden(t *testing.T) {
	for text, want := range map[string]string{
		"+918047112201":                          "080•••••201",
		"08047112201":                            "080•••••201",
		"8047112201":                             "080•••••201",
		"+91 80 4711 2201":                       "080•••••201",
		"+6531234567":                            "+653••••567",
		"1800 123 4567":                          "180•••••567",
		"Support · +918047112201":                "Support · 080•••••201",
		"Alternate: 08047112233.":                "Alternate: 080•••••233.",
		"one 08047112201, two 08047112202":       "one 080•••••201, two 080•••••202",
		"sip:agent17":                            "sip:agent17",
		"Sales 24x7":                             "Sales 24x7",
		"2026-11-20: the disk is full":           "2026-11-20: the disk is full",
		"Since Fri 20 Nov 14:22, 12 min. 3 of 4": "Since Fri 20 Nov 14:22, 12 min. 3 of 4",
		"":                                       "",
	} {
		if got := HideNumbers(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
