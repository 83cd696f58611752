package exotel

import (
	"strings"
	"testing"
	"time"
)

func TestTimes(t *testing.T) {
	at := time.Date(2026, 6, 11, 15, 12, 7, 0, India)
	for text, want := range map[string]time.Time{
		"2026-06-11 15:12:07":           at,
		"2026-06-11T15:12:07":           at,
		" 2026-06-11 15:12:07 ":         at,
		"2026-06-11 15:12:07.999":       at,
		"2026-06-11T15:12:07+05:30":     at,
		"2026-06-11 15:12:07 +05:30":    at,
		"2026-06-11 15:12:07 +0530":     at,
		"2026-06-11T09:42:07Z":          at,
		"2026-06-11T09:42:07.123Z":      at,
		"2026-06-11  5:12:07":           at.Add(-10 * time.Hour),
		"2024-02-29 00:00:00":           time.Date(2024, 2, 29, 0, 0, 0, 0, India),
		"2026-06-11 23:59:59":           time.Date(2026, 6, 11, 23, 59, 59, 0, India),
		"1971-01-01 00:00:00":           time.Date(1971, 1, 1, 0, 0, 0, 0, India),
		"1970-01-01 05:30:00":           {},
		"1970-01-01 00:00:00":           {},
		"0000-00-00 00:00:00":           {},
		"0001-01-01 00:00:00":           {},
		"2025-02-29 00:00:00":           {},
		"2026-06-31 00:00:00":           {},
		"2026-13-01 00:00:00":           {},
		"2026-00-01 00:00:00":           {},
		"2026-06-00 00:00:00":           {},
		"2026-06-11 24:00:00":           {},
		"2026-06-11 15:60:00":           {},
		"2026-06-11 15:12:60":           {},
		"2026-06-11":                    {},
		"2026-06-11 15:12":              {},
		"2026/06/11 15:12:07":           {},
		"2026-06-11_15:12:07":           {},
		"2026-06-11 15.12.07":           {},
		"2026-06-1115:12:07x":           {},
		"-026-06-11 15:12:07":           {},
		"2026-06-11 15:12:0x":           {},
		"2026-06-11 15:12:07 IST":       {},
		"Thu, 11 Jun 2026 15:12:07 GMT": {},
		"":                              {},
		"null":                          {},
	} {
		w := newWallTimes(India)
		if got := w.parse([]byte(text)); got != want {
			t.Errorf("%q: got %v, want %v", text, got, want)
		}
	}
}

// In a zone with summer time some days have 23 or 25 hours, and some no midnight.
func TestTimesOnDaysThatAreNotWhole(t *testing.T) {
	for zone, days := range map[string][]string{
		"Europe/Berlin":     {"2026-03-29", "2026-10-25", "2026-10-26"},
		"America/Sao_Paulo": {"2018-11-04", "2018-02-17", "2018-02-18"},
		"Pacific/Apia":      {"2011-12-29", "2011-12-30", "2011-12-31"},
	} {
		location, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		w := newWallTimes(location)
		for _, day := range days {
			for second := 0; second < 24*60*60; second += 900 {
				text := day + time.Unix(int64(second), 0).UTC().Format(" 15:04:05")
				want, _ := time.ParseInLocation(time.DateTime, text, location)
				if earlier := want.Add(-time.Hour); earlier.Format(time.DateTime) == text {
					want = earlier // of two times the first
				}
				if got := w.parse([]byte(text)); got != want {
					t.Fatalf("%s in %s: got %v, want %v", text, zone, got, want)
				}
			}
		}
	}
}

func FuzzParseTime(f *testing.F) {
	f.Add("2026-06-11 15:12:07", "2026-06-12 15:12:07", true)
	f.Add("1970-01-01 05:30:00", "2018-11-04 00:30:00", false)
	f.Add("2025-02-29 00:00:00", "2024-02-29 23:59:59", true)
	f.Add("2026-06-11 24:00:00", "2026-06-11 5:12:07.5", false)
	saoPaulo, err := time.LoadLocation("America/Sao_Paulo")
	if err != nil {
		saoPaulo = India
	}
	f.Fuzz(func(t *testing.T, first, second string, summer bool) {
		zone := India
		if summer {
			zone = saoPaulo
		}
		w := newWallTimes(zone)
		for _, text := range []string{first, second, first} {
			got := w.parse([]byte(text))
			want, err := time.ParseInLocation(time.DateTime, text, zone)
			if err != nil && (strings.ContainsAny(text, "TZ+") || strings.Count(text, "-") > 2 || strings.TrimSpace(text) != text) {
				continue // maybe one of the forms that TestTimes has
			}
			if want = want.Truncate(time.Second); err != nil || want.Year() <= 1970 {
				want = time.Time{}
			}
			if got != want {
				t.Errorf("%q of %q and %q: got %v, want %v (%v)", text, first, second, got, want, err)
			}
		}
	})
}
