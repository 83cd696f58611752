package csvfile

import (
	"encoding/csv"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"exotel-monitor/heartbeat"
	"exotel-monitor/heartbeat/alert"
	"exotel-monitor/heartbeat/journal"
)

func TestEveryFieldIsQuoted(t *testing.T) {
	var out strings.Builder
	if err := Write(&out, [][]string{{"a", `b "c", d;e`, ""}, {"1"}}); err != nil {
		t.Fatal(err)
	}
	if want := "\"a\",\"b \"\"c\"\", d;e\",\"\"\n\"1\"\n"; out.String() != want {
		t.Errorf("got %q", out.String())
	}
}

func TestNoFieldFromOutsideIsAFormulaANumberOrHidden(t *testing.T) {
	const asItIs = "as it is"
	for name, c := range map[string]struct{ text, want string }{
		"a name":                {"Support", asItIs},
		"nothing":               {"", asItIs},
		"Hindi":                 {"सहायता", asItIs},
		"a conjunct":            {"र\u200d्य", asItIs},
		"a name with digits":    {"24x7 desk", asItIs},
		"a name with signs":     {"R&D - Owner's desk = 1", asItIs},
		"a formula":             {"=1+1", "'=1+1"},
		"a function":            {"@SUM(A1)", "'@SUM(A1)"},
		"a command":             {"+1+cmd|' /C calc'!A0", "'+1+cmd|' /C calc'!A0"},
		"minus":                 {"-2", "'-2"},
		"a wide sign":           {"＝1+1", "'＝1+1"},
		"the sign for minus":    {"−1", "'−1"},
		"behind spaces":         {"  =1+1", "'=1+1"},
		"behind a tab":          {"\t=1+1", "'=1+1"},
		"behind a line":         {"\r\n=1+1", "'=1+1"},
		"behind a NUL":          {"\x00=1+1", "'=1+1"},
		"behind a mark":         {"\ufeff\u200e=1+1", "'=1+1"},
		"behind a quote":        {`"=1+1`, `"'=1+1`},
		"after a semicolon":     {"a;=1+1", "a;'=1+1"},
		"after a comma":         {"a,-1", "a,'-1"},
		"after a bar":           {"a|@b", "a|'@b"},
		"after a tab":           {"a\t=1+1", "a =1+1"}, // which is none any more
		"after some of them":    {`a;, "=1+1;+2`, `a;, "'=1+1;'+2`},
		"a formula's own signs": {"a=1+1", asItIs},
		"an Indian number":      {"+918040000001", "'+918040000001"},
		"a local number":        {"08040000001", "'08040000001"},
		"two numbers":           {"08040000001 08040000002", "'08040000001 08040000002"},
		"a small number":        {"1e5", "'1e5"},
		"a date":                {"1/2", "'1/2"},
		"an address":            {"sip:agent17", asItIs},
		"escape sequence":       {"\x1b[31mred\x07", "[31mred"},
		"a bidi override":       {"a\u202egnp.exe\u2066", "agnp.exe"},
		"lines":                 {"a\r\nb\u2028c", "a  b c"},
		"no UTF-8":              {"a\xffb", "ab"},
		"private use":           {"a\ue000b", "ab"},
	} {
		if c.want == asItIs {
			c.want = c.text
		}
		if got := Text(c.text); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

func TestTheIncidentsOfAlertsAreWritten(t *testing.T) {
	opened := time.UnixMilli(1_795_000_000_000)
	entry := func(id int64, in ...alert.Incident) journal.Entry {
		return journal.Entry{Alert: alert.Alert{ID: id, Level: heartbeat.OK, Worst: heartbeat.Critical, Opened: opened, Incidents: in}}
	}
	entries := []journal.Entry{
		entry(2, alert.Incident{Number: "08040000002", Name: "R&D;=1+1", Direction: heartbeat.Outgoing, Opened: opened}),
		entry(1, alert.Incident{
			Number: "+918040000001", Name: "Support", Direction: heartbeat.Incoming, Cause: "w", Alternates: []string{"08040000009"},
			Opened: opened, Closed: opened.Add(10 * time.Minute),
		}, alert.Incident{Opened: opened}),
	}
	var out strings.Builder
	rows, err := WriteAlerts(&out, entries, opened.Add(30*time.Minute), time.FixedZone("IST", 19800))
	if err != nil || rows != 3 {
		t.Fatal(rows, err)
	}
	text, marked := strings.CutPrefix(out.String(), Mark)
	if !marked {
		t.Errorf("it begins with %.5q", out.String())
	}
	table, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{
		{"alert", "level", "worst level", "number", "name", "direction", "Exotel's word", "alternates", "opened", "closed", "seconds", "acknowledged"},
		{"2", "OK", "CRITICAL", "'08040000002", "R&D;'=1+1", "outgoing", "", "", "2026-11-18 16:36:40 +05:30", "", "1800", ""},
		{"1", "OK", "CRITICAL", "'+918040000001", "Support", "incoming", "w", "'08040000009", "2026-11-18 16:36:40 +05:30", "2026-11-18 16:46:40 +05:30", "600", ""},
		{"1", "OK", "CRITICAL", "", "", "", "", "", "2026-11-18 16:36:40 +05:30", "", "1800", ""},
	}
	if !reflect.DeepEqual(table, want) {
		t.Errorf("got  %q\nwant %q", table, want)
	}
}

// full is a disk without space.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }

var errFull = errors.New("no space")

func TestAFullDiskIsAnError(t *testing.T) {
	if _, err := WriteAlerts(full{}, nil, time.Now(), time.UTC); !errors.Is(err, errFull) {
		t.Errorf("got %v", err)
	}
}
