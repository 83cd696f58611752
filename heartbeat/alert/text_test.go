package alert

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"exotel-monitor/heartbeat"
)

// keptInEnglish are the parts of a foreign text that may be English: the verbs of
// fmt, names, Exotel's words for levels, and dates.
var keptInEnglish = regexp.MustCompile(`%[0-9]*[sd%]|OK|WARNING|CRITICAL|Support|Sales|Nov|Mon|Sun`)

var latin = regexp.MustCompile(`[A-Za-z]+`)

// foreign replaces the words of a text, as a translation does.
func foreign(english string) string {
	var out strings.Builder
	rest := english
	for _, at := range keptInEnglish.FindAllStringIndex(english, -1) {
		begin := len(english) - len(rest)
		out.WriteString(latin.ReplaceAllString(english[begin:at[0]], "ж") + english[at[0]:at[1]])
		rest = english[at[1]:]
	}
	return out.String() + latin.ReplaceAllString(rest, "ж")
}

// TestEveryWordOfANoteIsTranslated drives a policy through notes of every kind.
func TestEveryWordOfANoteIsTranslated(t *testing.T) {
	kinds := map[Kind]int{}
	check := func(n Note) {
		kinds[n.Kind]++
		for _, text := range []string{n.Title, n.Body} {
			if left := latin.FindAllString(keptInEnglish.ReplaceAllString(text, ""), -1); left != nil {
				t.Errorf("%s: %q remain in %q", n.Kind, left, text)
			}
		}
	}
	translated := func(r *Rules) {
		r.Text = func(english string, args ...any) string { return Rules{}.tr(foreign(english), args...) }
	}
	quiet := func(r *Rules) {
		for day := range r.Quiet {
			r.Quiet[day] = &Span{From: 12*60 + 1, To: 20 * 60}
		}
	}
	for name, tell := range map[string]func(*story){
		"incoming":         func(s *story) { s.push(1, heartbeat.Warning, "in:1") },
		"outgoing":         func(s *story) { s.push(1, heartbeat.Warning, "out:1") },
		"both of all":      func(s *story) { s.push(1, heartbeat.Critical, "in:1", "in:2", "in:3", "out:1", "out:3") },
		"unlisted":         func(s *story) { s.push(1, heartbeat.Warning, "in:7", "in:8", "in:9", "in:10") },
		"of all unnamed":   func(s *story) { s.push(1, heartbeat.Critical) },
		"of some unnamed":  func(s *story) { s.push(1, heartbeat.Warning) },
		"for days":         func(s *story) { s.push(1, heartbeat.Warning, "in:1"); s.pass(3 * 24 * 60); s.push(1, heartbeat.OK) },
		"for some minutes": func(s *story) { s.push(5, heartbeat.Warning, "in:1"); s.push(2, heartbeat.OK) },
		"for some hours":   func(s *story) { s.push(50, heartbeat.Warning, "in:1"); s.push(2, heartbeat.OK) },
		"quiet, over": func(s *story) {
			quiet(&s.rules)
			s.pass(1)
			s.push(1, heartbeat.Warning, "in:1")
			s.push(2, heartbeat.OK)
			s.pass(8 * 60)
		},
		"quiet, all over": func(s *story) {
			quiet(&s.rules)
			s.pass(1)
			for range 2 {
				s.push(1, heartbeat.Warning, "in:1")
				s.push(2, heartbeat.OK)
			}
			s.pass(8 * 60)
		},
		"quiet, open": func(s *story) {
			quiet(&s.rules)
			s.pass(1)
			s.push(1, heartbeat.Warning, "in:1")
			s.push(2, heartbeat.OK)
			s.push(1, heartbeat.Warning, "out:2")
			s.pass(8 * 60)
		},
		"quiet, only one that is open": func(s *story) {
			quiet(&s.rules)
			s.rules.Warning = false
			s.pass(1)
			s.push(1, heartbeat.Warning, "in:1")
			s.push(2, heartbeat.OK)
			s.push(1, heartbeat.Critical, "in:1", "in:2", "in:3")
			s.pass(8 * 60)
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := begin(t, translated)
			s.check = check
			tell(s)
			if len(s.notes) == 0 {
				t.Error("nothing was told")
			}
		})
	}
	check(NewTrial(sunday, Rules{Zone: time.UTC, Text: func(english string, _ ...any) string { return foreign(english) }}))
	for _, kind := range []Kind{Announcement, Reminder, Recovery, Summary, Trial} {
		if kinds[kind] == 0 {
			t.Errorf("no %s was looked at", kind)
		}
	}
}
