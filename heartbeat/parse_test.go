package heartbeat

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"
)

var (
	noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	made = noon.Add(-time.Second)
)

const stamp = "2026-11-22T11:59:59Z"

// affectedLine is a line that is named as affected and not described.
func affectedLine(sid string, d Direction) Line { return Line{SID: sid, Direction: d, Affected: true} }

func TestParseReadsEveryFormOfAHeartbeat(t *testing.T) {
	checked := time.Date(2026, 11, 22, 11, 58, 30, 0, time.UTC)
	down := Line{SID: "08040000010", Number: "+918040000010", Direction: Incoming, Status: "major_outage", Affected: true, Checked: checked, Alternates: []string{"08040000011"}}
	up := Line{SID: "08040000010", Number: "+918040000010", Direction: Outgoing, Status: "active", Checked: checked}
	const details = `{"incoming_call":{"status":"major_outage","last_check_time":"2026-11-22T11:58:30Z","alternate_exophone":"08040000011"},
		"outgoing_call":{"status":"active","last_check_time":"2026-11-22T11:58:30Z","alternate_exophone":null}}`
	for _, test := range []struct {
		name, body string
		want       Report
	}{
		{"all is well, lists are null",
			`{"timestamp":"` + stamp + `","status_type":"OK","incoming_affected":null,"outgoing_affected":null,"data":{}}`,
			Report{At: made, Stamp: stamp, Level: OK, LevelText: "OK", Standard: true}},
		{"all is well, lists are empty",
			`{"timestamp":"` + stamp + `","status_type":"OK","incoming_affected":[],"outgoing_affected":[],"data":null}`,
			Report{At: made, Stamp: stamp, Level: OK, LevelText: "OK", Standard: true}},
		{"directions under the SID",
			`{"timestamp":"` + stamp + `","status_type":"WARNING","incoming_affected":["08040000010"],"outgoing_affected":null,
			  "data":{"08040000010":{"phone_number":"+918040000010",` + details[1:] + `}}`,
			Report{At: made, Stamp: stamp, Level: Warning, LevelText: "WARNING", Standard: true, Lines: []Line{down, up}}},
		{"directions under connectivity",
			`{"timestamp":"` + stamp + `","status_type":"WARNING","incoming_affected":["08040000010"],"outgoing_affected":null,
			  "data":{"08040000010":{"phone_number":"+918040000010","connectivity":` + details + `}}}`,
			Report{At: made, Stamp: stamp, Level: Warning, LevelText: "WARNING", Standard: true, Lines: []Line{down, up}}},
		{"a list that names the number in another form than data does",
			`{"timestamp":"` + stamp + `","status_type":"WARNING","incoming_affected":["+918040000010"],
			  "data":{"08040000010":{"phone_number":"+918040000010","connectivity":` + details + `}}}`,
			Report{At: made, Stamp: stamp, Level: Warning, LevelText: "WARNING", Standard: true, Lines: []Line{down, up}}},
		{"affected numbers that are not described",
			`{"timestamp":"` + stamp + `","status_type":"CRITICAL","incoming_affected":["a","b"],"outgoing_affected":["b"]}`,
			Report{At: made, Stamp: stamp, Level: Critical, LevelText: "CRITICAL", Standard: true,
				Lines: []Line{affectedLine("a", Incoming), affectedLine("b", Incoming), affectedLine("b", Outgoing)}}},
		{"too large, and whatever else it holds",
			`{"timestamp":"` + stamp + `","status_type":"PAYLOAD_TOO_LARGE","incoming_affected":"many","outgoing_affected":7,"data":[]}`,
			Report{At: made, Stamp: stamp, Level: TooLarge, LevelText: "PAYLOAD_TOO_LARGE", Partial: true, Standard: true}},
		{"a level that is not documented", `{"timestamp":"` + stamp + `","status_type":"DEGRADED"}`,
			Report{At: made, Stamp: stamp, Level: Unknown, LevelText: "DEGRADED", Standard: true}},
		{"a level in other letters", `{"timestamp":"` + stamp + `","status_type":" critical "}`,
			Report{At: made, Stamp: stamp, Level: Critical, LevelText: " critical ", Standard: true}},
		{"OK against its own list is a warning", `{"timestamp":"` + stamp + `","status_type":"OK","incoming_affected":["a"]}`,
			Report{At: made, Stamp: stamp, Level: Warning, LevelText: "OK", Standard: true, Lines: []Line{affectedLine("a", Incoming)}}},
		{"without a time", `{"status_type":"OK"}`, Report{At: noon, Level: OK, LevelText: "OK", Standard: true}},
		{"with a time that cannot be read", `{"timestamp":"yesterday","status_type":"OK"}`,
			Report{At: noon, Level: OK, LevelText: "OK", Standard: true}},
		{"with a time to come", `{"timestamp":"2036-01-01T00:00:00Z","status_type":"OK"}`,
			Report{At: noon, Stamp: "2036-01-01T00:00:00Z", Level: OK, LevelText: "OK", Standard: true}},
		{"the guide's form", `{"Status":"OK","ExoPhones":[]}`, Report{At: noon, Level: OK, LevelText: "OK"}},
		{"the guide's form without a list", `{"Status":"CRITICAL"}`, Report{At: noon, Level: Critical, LevelText: "CRITICAL"}},
		{"the guide's form with SIDs", `{"Status":"WARNING","ExoPhones":["a"]}`,
			Report{At: noon, Level: Warning, LevelText: "WARNING", Lines: []Line{affectedLine("a", Incoming), affectedLine("a", Outgoing)}}},
		{"the guide's form with objects", `{"Status":"WARNING","ExoPhones":[{"Sid":"a","Status":"major_outage"},{"PhoneNumber":"b","Status":"OK"},{"x":1}]}`,
			Report{At: noon, Level: Warning, LevelText: "WARNING", Lines: []Line{
				{SID: "a", Direction: Incoming, Status: "major_outage"}, {SID: "a", Direction: Outgoing, Status: "major_outage"},
				{SID: "b", Direction: Incoming, Status: "active"}, {SID: "b", Direction: Outgoing, Status: "active"}}}},
		{"the guide's OK against a number that is not", `{"Status":"OK","ExoPhones":[{"sid":"a","status":"down"},{"sid":"b"}]}`,
			Report{At: noon, Level: Warning, LevelText: "OK", Lines: []Line{
				{SID: "a", Direction: Incoming, Status: "down"}, {SID: "a", Direction: Outgoing, Status: "down"}}}},
		{"numbers where texts are documented",
			`{"timestamp":1795348799,"status_type":"CRITICAL","incoming_affected":[8040000010],
			  "data":{"08040000010":{"phone_number":918040000010,"incoming_call":{"status":7,"last_check_time":1795348710}}}}`,
			Report{At: noon, Stamp: "1795348799", Level: Critical, LevelText: "CRITICAL", Standard: true,
				Lines: []Line{{SID: "08040000010", Number: "918040000010", Direction: Incoming, Affected: true}}}},
		{"a time without its zone", `{"timestamp":"2026-11-22 11:59:59","status_type":"OK"}`,
			Report{At: noon, Stamp: "2026-11-22 11:59:59", Level: OK, LevelText: "OK", Standard: true}},
		{"a time in milliseconds", `{"timestamp":1795348799000,"status_type":"OK"}`,
			Report{At: noon, Stamp: "1795348799000", Level: OK, LevelText: "OK", Standard: true}},
		{"data as an empty list", `{"status_type":"OK","data":[ ]}`, Report{At: noon, Level: OK, LevelText: "OK", Standard: true}},
		{"an affected ExoPhone of which data describes the other direction",
			`{"status_type":"WARNING","incoming_affected":["+918040000010"],
			  "data":{"x1":{"phone_number":"08040000010","outgoing_call":{"status":"active"}}}}`,
			Report{At: noon, Level: Warning, LevelText: "WARNING", Standard: true, Lines: []Line{
				{SID: "x1", Number: "08040000010", Direction: Incoming, Affected: true},
				{SID: "x1", Number: "08040000010", Direction: Outgoing, Status: "active"}}}},
		{"an affected ExoPhone that is listed by SID and by number, and in data with its number only",
			`{"status_type":"WARNING","outgoing_affected":["08040000010","x1"],"data":{"x1":{"phone_number":"+918040000010"}}}`,
			Report{At: noon, Level: Warning, LevelText: "WARNING", Standard: true, Lines: []Line{
				{SID: "x1", Number: "+918040000010", Direction: Outgoing, Affected: true}}}},
		{"data that has a number and no SID", `{"status_type":"WARNING","data":{"":{"phone_number":"0804","incoming_call":{"status":"major_outage"}}}}`,
			Report{At: noon, Level: Warning, LevelText: "WARNING", Standard: true, Lines: []Line{
				{SID: "0804", Number: "0804", Direction: Incoming, Status: "major_outage"}}}},
		{"spaces around names", `{"status_type":"WARNING","incoming_affected":[" a "],"data":{" a":{"incoming_call":{"status":"major_outage"}}}}`,
			Report{At: noon, Level: Warning, LevelText: "WARNING", Standard: true, Lines: []Line{
				{SID: "a", Direction: Incoming, Status: "major_outage", Affected: true}}}},
		{"directions beside an unreadable connectivity",
			`{"status_type":"WARNING","data":{"a":{"connectivity":7,"incoming_call":{"status":"major_outage"}}}}`,
			Report{At: noon, Level: Warning, LevelText: "WARNING", Partial: true, Standard: true, Lines: []Line{
				{SID: "a", Direction: Incoming, Status: "major_outage"}}}},
		{"the guide's form with every name for a name",
			`{"Status":"OK","ExoPhones":[{"EXOPHONE":"a","status":"down"},{"Phone_Number":7,"status":"down"},{"number":" b ","status":"Healthy"}]}`,
			Report{At: noon, Level: Warning, LevelText: "OK", Lines: []Line{
				{SID: "a", Direction: Incoming, Status: "down"}, {SID: "a", Direction: Outgoing, Status: "down"},
				{SID: "7", Direction: Incoming, Status: "down"}, {SID: "7", Direction: Outgoing, Status: "down"},
				{SID: "b", Direction: Incoming, Status: "active"}, {SID: "b", Direction: Outgoing, Status: "active"}}}},
		{"the guide's form with a status that is no text", `{"Status":"WARNING","ExoPhones":[{"sid":"a","status":0}]}`,
			Report{At: noon, Level: Warning, LevelText: "WARNING", Lines: []Line{affectedLine("a", Incoming), affectedLine("a", Outgoing)}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := Parse([]byte(test.body), noon)
			if err != nil || !reflect.DeepEqual(got, test.want) {
				t.Errorf("got  %+v, %v\nwant %+v", got, err, test.want)
			}
		})
	}
}

func TestAnAlternateMayHaveAnyType(t *testing.T) {
	for value, want := range map[string][]string{
		`null`:                         nil,
		`""`:                           nil,
		`true`:                         nil,
		`8040000011`:                   {"8040000011"},
		`"08040000011"`:                {"08040000011"},
		`["a","b"]`:                    {"a", "b"},
		`{"sid":"a"}`:                  {"a"},
		`{"phone_number":"+91804"}`:    {"+91804"},
		`[{"sid":"a"},"b",null,[],{}]`: {"a", "b"},
	} {
		body := `{"status_type":"WARNING","data":{"x":{"incoming_call":{"status":"major_outage","alternate_exophone":` + value + `}}}}`
		got, err := Parse([]byte(body), noon)
		if err != nil || len(got.Lines) != 1 || !reflect.DeepEqual(got.Lines[0].Alternates, want) {
			t.Errorf("%s: got %+v, %v", value, got, err)
		}
	}
}

func TestOnlyTheWordActiveIsHealthy(t *testing.T) {
	for word, healthy := range map[string]bool{
		"active": true, " Active ": true,
		"major_outage": false, "partial_network_outage": false, "fine": false, "ok": false, "inactive": false,
	} {
		body := `{"status_type":"OK","data":{"x":{"outgoing_call":{"status":"` + word + `"}}}}`
		got, err := Parse([]byte(body), noon)
		if err != nil || got.Lines[0].Healthy() != healthy || (got.Level == OK) != healthy {
			t.Errorf("%q: got %+v, %v", word, got, err)
		}
	}
}

func TestWhatHasNoNameIsNoLineAndStillNoOK(t *testing.T) {
	for details, want := range map[string]Level{
		`"incoming_affected":[""]`:                                    Warning,
		`"outgoing_affected":[" "]`:                                   Warning,
		`"incoming_affected":[null]`:                                  Warning,
		`"incoming_affected":[{"x":1}]`:                               Warning,
		`"data":{"":{"incoming_call":{"status":"major_outage"}}}`:     Warning,
		`"data":{" ":{"connectivity":{"outgoing_call":{}}}}`:          Warning,
		`"data":{"":{"phone_number":" ","incoming_call":{}}}`:         Warning,
		`"data":{"":{"incoming_call":{"status":"active"}},"a":{}}`:    OK,
		`"incoming_affected":[],"outgoing_affected":null,"data":null`: OK,
	} {
		got, err := Parse([]byte(`{"status_type":"OK",`+details+`}`), noon)
		if err != nil || got.Level != want || len(got.Lines) != 0 {
			t.Errorf("%s: got %+v, %v", details, got, err)
		}
	}
}

func TestABlankNameHidesNoOther(t *testing.T) {
	got, err := Parse([]byte(`{"status_type":"CRITICAL","incoming_affected":["", "08040000001"]}`), noon)
	if want := []Line{affectedLine("08040000001", Incoming)}; err != nil || got.Level != Critical || !reflect.DeepEqual(got.Lines, want) {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestABadLevelStandsWhateverItsDetails(t *testing.T) {
	line := affectedLine("a", Incoming)
	for _, level := range []Level{Warning, Critical, TooLarge} {
		for details, want := range map[string][]Line{
			`"incoming_affected":"a"`:                              nil,
			`"incoming_affected":{"a":["b"]}`:                      nil,
			`"incoming_affected":["a"],"outgoing_affected":7`:      {line},
			`"incoming_affected":["a",[],true]`:                    {line},
			`"incoming_affected":["a"],"data":[7]`:                 {line},
			`"incoming_affected":["a"],"data":"a"`:                 {line},
			`"incoming_affected":["a"],"data":{"b":7,"c":[]}`:      {line},
			`"timestamp":{},"data":{"a":{"incoming_call":"down"}}`: {{SID: "a", Direction: Incoming}},
			`"data":{"a":7,"b":{"phone_number":[],"incoming_call":{"status":"major_outage","last_check_time":{}}}}`: {
				{SID: "b", Direction: Incoming, Status: "major_outage"}},
		} {
			got, err := Parse([]byte(`{"status_type":"`+string(level)+`",`+details+`}`), noon)
			if err != nil || got.Level != level || !reflect.DeepEqual(got.Lines, want) {
				t.Errorf("%s, %s: got %+v, %v", level, details, got, err)
			}
		}
		got, err := Parse([]byte(`{"Status":"`+string(level)+`","ExoPhones":"a"}`), noon)
		if err != nil || got.Level != level || got.Lines != nil {
			t.Errorf("the guide's %s: got %+v, %v", level, got, err)
		}
	}
}

func TestADescribedLineWithoutAReadableStateIsOfUnknownState(t *testing.T) {
	for _, state := range []string{`{}`, `{"status":null}`, `{"status":{}}`, `{"status":1}`, `{"status":" "}`, `{"status":"None"}`, `{"status":"undefined"}`} {
		got, err := Parse([]byte(`{"status_type":"OK","data":{"a":{"incoming_call":`+state+`}}}`), noon)
		if want := []Line{{SID: "a", Direction: Incoming}}; err != nil || got.Level != Unknown || !reflect.DeepEqual(got.Lines, want) {
			t.Errorf("%s: got %+v, %v", state, got, err)
		}
	}
}

func TestTheGuidesOKIsNoneWithAnItemThatCannotBeRead(t *testing.T) {
	for item, want := range map[string]Level{
		`"a"`: OK, `7`: OK, `{"sid":"a"}`: OK, `{"sid":"a","status":"ok"}`: OK, `{"status":"Healthy"}`: OK, `{"Status":" active "}`: OK,
		`""`: Unknown, `null`: Unknown, `[]`: Unknown, `{}`: Unknown, `{"x":1}`: Unknown, `{"sid":" "}`: Unknown,
		`{"status":"down"}`: Unknown, `{"status":0}`: Unknown, `{"sid":"a","status":0}`: Unknown, `{"sid":"a","status":null}`: Unknown,
		`{"sid":"a","status":""}`: Unknown, `{"sid":"a","status":"None"}`: Unknown, `{"sid":"a","Status":"ok","status":0}`: Unknown,
		`{"sid":"a","Status":"ok","status":"down"}`: Warning, `{"sid":"a","status":0},{"sid":"b","status":"down"}`: Warning,
	} {
		got, err := Parse([]byte(`{"Status":"OK","ExoPhones":[`+item+`]}`), noon)
		if err != nil || got.Level != want {
			t.Errorf("%s: got %+v, %v", item, got, err)
		}
	}
}

func TestWhatMatchesNoFormIsUnrecognised(t *testing.T) {
	for _, body := range []string{
		``, `null`, `true`, `7`, `"OK"`, `[]`, `{}`, `OK`, `{"status_type":"OK"`, `{"status_type":"OK"} trailing`,
		`{"status_type":null}`, `{"status_type":7}`, `{"status_type":["OK"]}`, `{"status":"OK"}`, `{"Status":{}}`,
		`{"status_type":7,"Status":"OK"}`, `{"status_type":{},"Status":"CRITICAL"}`,
		`{"status_type":"OK","incoming_affected":"a"}`, `{"status_type":"OK","outgoing_affected":{}}`, `{"status_type":"DEGRADED","incoming_affected":"a"}`,
		`{"status_type":"OK","data":[{}]}`, `{"status_type":"OK","data":""}`, `{"status_type":"DEGRADED","data":[7]}`,
		`{"status_type":"OK","data":{"a":7}}`, `{"status_type":"OK","data":{"a":{"incoming_call":"active"}}}`,
		`{"Status":"OK","ExoPhones":{}}`, `{"Status":"DEGRADED","ExoPhones":"a"}`, "\xff\xfe",
		strings.Repeat("[", 100_000),
	} {
		if got, err := Parse([]byte(body), noon); !errors.Is(err, errUnrecognised) || got.Level != Unknown {
			t.Errorf("%.40q: got %+v, %v", body, got, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		`{"timestamp":"2026-11-22T11:59:59Z","status_type":"OK","incoming_affected":null,"outgoing_affected":null,"data":{}}`,
		`{"status_type":"WARNING","incoming_affected":["0804"],"data":{"0804":{"phone_number":"+91804","connectivity":{"incoming_call":{"status":"major_outage","alternate_exophone":["a"]}}}}}`,
		`{"Status":"CRITICAL","ExoPhones":[{"sid":"a","status":"down"}]}`, `{"status_type":"PAYLOAD_TOO_LARGE"}`,
		`{"timestamp":7,"status_type":"OK","outgoing_affected":["",null,8040000010],"data":{"":{"incoming_call":{"status":0}}}}`,
		`{"status_type":"CRITICAL","incoming_affected":"a","data":{" ":{"outgoing_call":{"status":"active","last_check_time":7}},"b":7}}`,
		`{"Status":"OK","ExoPhones":["",{"number":7,"status":0},{"x":1}]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		report, err := Parse(body, noon)
		if err != nil {
			if !reflect.DeepEqual(report, Report{}) {
				t.Fatalf("an error, and still %+v", report)
			}
			return
		}
		if !json.Valid(body) || report.At.After(noon) {
			t.Fatalf("took %q for %+v", body, report)
		}
		for _, line := range report.Lines {
			if line.SID == "" || strings.TrimSpace(line.SID) != line.SID || strings.TrimSpace(line.Number) != line.Number {
				t.Fatalf("%q made the nameless or unkempt %+v", body, line)
			}
		}
		if report.Level == OK {
			if !strings.EqualFold(strings.TrimSpace(report.LevelText), "OK") {
				t.Fatalf("the word %q is no OK", report.LevelText)
			}
			for _, line := range report.Lines {
				if !line.Healthy() {
					t.Fatalf("OK in spite of %+v", line)
				}
			}
		}
	})
}
