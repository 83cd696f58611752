package cli

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/exotel/exoteltest"
	"exotel-monitor/ui/config"
	"exotel-monitor/ui/jsonapi"

	"github.com/zalando/go-keyring"
)

// report runs the command and returns what it printed.
func report(t *testing.T, args ...string) (printed string, warnings []string, err error) {
	t.Helper()
	return reportIn(t, unlimited(), args...)
}

func reportIn(t *testing.T, s config.Settings, args ...string) (printed string, warnings []string, err error) {
	t.Helper()
	day := sampleDay.Format(time.DateOnly)
	o := parse(t, append([]string{"report", "--start", day, "--end", day}, args...)...)
	var out bytes.Buffer
	err = RunReport(t.Context(), o, s, &out, func(w string) { warnings = append(warnings, w) }, silence)
	return out.String(), warnings, err
}

func TestReportPrintsTheSampleDayAsText(t *testing.T) {
	startAccount(t)
	text, warnings, err := report(t)
	if err != nil || len(warnings) > 0 {
		t.Fatal(err, warnings)
	}
	figures := map[string]string{}
	for line := range strings.Lines(text) {
		if label, value, ok := strings.Cut(strings.TrimSpace(line), "   "); ok {
			figures[label] = strings.TrimSpace(value)
		}
	}
	day := sampleDay.Format(time.DateOnly)
	if !strings.HasPrefix(text, day+" to "+day+", Asia/Kolkata\n\n") {
		t.Errorf("head: %q", text[:60])
	}
	for label, want := range map[string]string{
		"Calls": "1,247", "Answer rate": "78.3%", "Average duration": "2m 14s", "Average talk time": "1m 52s",
		"Peak hour": "11:00", "Missed": "271", "Status: completed": "976", "Status: no-answer": "189", "Status: busy": "52",
		"Status: failed": "30", "Status: canceled": "0", "Talked to a person": "71.9%", "Calls with details": "100.0%",
		"Answer rate, over calls": "1,247", "Average duration, over calls": "976", "Average talk time, over calls": "897",
		"Talked to a person, over calls": "1,247", "Peak hour, calls": "152", "Peak hour, over days with calls": "1",
		"Outcome: talked": "897", "11:00–12:00": "152", "23:00–24:00": "0",
	} {
		if figures[label] != want {
			t.Errorf("%s: %q, want %q", label, figures[label], want)
		}
	}
}

func TestReportPrintsTheGuidesMetricsAsJSON(t *testing.T) {
	startAccount(t)
	text, _, err := report(t, "--format", "json")
	if err != nil {
		t.Fatal(err)
	}
	var m map[string]any
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		t.Fatal(err)
	}
	hours, _ := json.Marshal(m["hourlyDistribution"])
	if string(hours) != "[12,8,3,2,5,18,45,89,112,134,145,152,128,98,87,65,54,42,28,12,5,2,1,0]" {
		t.Errorf("hours: %s", hours)
	}
	for name, want := range map[string]any{
		"totalCalls": 1247.0, "answered": 976.0, "missed": 189.0, "busy": 52.0, "failed": 30.0,
		"answerRate": "78.3%", "avgDuration": "2m 14s", "peakHour": "11:00", "unanswered": 271.0,
		"avgDurationCalls": 976.0, "avgTalkCalls": 897.0, "talkedToPersonCalls": 1247.0, "peakHourCalls": 152.0, "peakHourDays": 1.0, "zone": "Asia/Kolkata",
	} {
		if m[name] != want {
			t.Errorf("%s: %v, want %v", name, m[name], want)
		}
	}
}

func TestReportPrintsDurationsInSecondsAsCSV(t *testing.T) {
	startAccount(t)
	text, _, err := report(t, "--format", "csv")
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	figures := map[string][]string{}
	for _, row := range rows {
		figures[row[0]] = row[1:]
	}
	for label, want := range map[string]string{
		"figure": "value readable", "Calls": "1247 1,247", "Average duration": "134 2m 14s", "Answer rate": "78.3% 78.3%",
		"Zone": "Asia/Kolkata Asia/Kolkata", "11:00–12:00": "152 152",
	} {
		if got := strings.Join(figures[label], " "); got != want {
			t.Errorf("%s: %q, want %q", label, got, want)
		}
	}
}

func TestReportPrintsADashForWhatIsNotKnown(t *testing.T) {
	startAccount(t)
	text, _, err := report(t, "--status", "live")
	if err != nil {
		t.Fatal(err)
	}
	for _, label := range []string{"Answer rate", "Average duration", "Peak hour", "Talked to a person"} {
		if !strings.Contains(text, label+strings.Repeat(" ", 41-len(label))+"          —\n") {
			t.Errorf("%s is not a dash in\n%s", label, text)
		}
	}
}

func TestReportIsFilteredAndSaysSo(t *testing.T) {
	startAccount(t)
	for format, want := range map[string][]string{
		"text": {", Asia/Kolkata\nOnly: inbound, ExoPhone 08040000001, busy\n\n", "Status: busy "},
		"csv":  {`"Only","inbound, ExoPhone 08040000001, busy",`, `"Status: no-answer","0",`},
		"json": {`"direction": "inbound"`, `"phoneNumber": "08040000001"`, `"status": "busy"`, `"missed": 0`},
	} {
		text, warnings, err := report(t, "--direction", "Inbound", "--exophone", "08040000001", "--status", "Busy", "--format", format)
		if err != nil || len(warnings) > 0 {
			t.Fatal(err, warnings)
		}
		for _, words := range want {
			if !strings.Contains(text, words) {
				t.Errorf("%s: no %q in\n%s", format, words, text)
			}
		}
	}
	text, _, err := report(t, "--status", "busy")
	if err != nil || !strings.Contains(text, "        52\n") {
		t.Errorf("%v: %s", err, text)
	}
}

// A number of the account may have no call of this direction or status.
func TestReportWarnsOfANumberThatTheAccountHasNot(t *testing.T) {
	startAccount(t)
	const warning = "no call matches; check that --exophone is a number of the account"
	for number, want := range map[string][]string{"+919999999999": {warning}, "08040000001": nil} {
		_, warnings, err := report(t, "--exophone", number, "--status", "other")
		if err != nil || !slices.Equal(warnings, want) {
			t.Errorf("%s: %v: %q", number, err, warnings)
		}
	}
}

// spelledLine gives the account a line whose calls on the sample day name it in
// every way.
func spelledLine(account *exoteltest.Account) {
	account.SetPhone(exoteltest.ReturnsLine)
	account.Add(exoteltest.SpellingRows(sampleDay, exotel.India)...)
}

// spellings are those of the line.
var spellings = []string{"exo5b221ee9", "08040000007", "918040000007", "+918040000007", "8040000007"}

func totalCalls(t *testing.T, text string) (total, lineUnknown int) {
	t.Helper()
	var figures jsonapi.Metrics
	if err := json.Unmarshal([]byte(text), &figures); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return figures.TotalCalls, figures.LineUnknown
}

func TestReportFindsALineByAnySpelling(t *testing.T) {
	account := startAccount(t)
	spelledLine(account)
	for _, exact := range []bool{false, true} {
		account.SetFaults(exoteltest.Faults{ExactNumbers: exact})
		for _, spelling := range spellings {
			text, warnings, err := report(t, "--exophone", spelling, "--format", "json")
			if err != nil || len(warnings) > 0 {
				t.Fatalf("%s: %v, %q", spelling, err, warnings)
			}
			if n, unknown := totalCalls(t, text); n != 6 || unknown != 0 {
				t.Errorf("%s: %d calls, %d of an unknown line", spelling, n, unknown)
			}
		}
	}
}

func TestReportWithoutAListOfExoPhonesFindsALineByItsNumber(t *testing.T) {
	account := startAccount(t)
	spelledLine(account)
	account.SetFaults(exoteltest.Faults{FailStatus: 403, Only: "IncomingPhoneNumbers"})
	for _, spelling := range spellings[1:] {
		text, warnings, err := report(t, "--exophone", spelling, "--format", "json")
		if err != nil || len(warnings) != 1 || !strings.Contains(warnings[0], "1 call is left out") || !strings.Contains(warnings[0], "HTTP 403") {
			t.Fatalf("%s: %v, %q", spelling, err, warnings)
		}
		if n, unknown := totalCalls(t, text); n != 5 || unknown != 1 {
			t.Errorf("%s: %d calls, %d of an unknown line", spelling, n, unknown)
		}
	}
	text, _, err := report(t, "--exophone", "exo5b221ee9")
	if err == nil || text != "" || !strings.Contains(err.Error(), "give the number") || !strings.Contains(err.Error(), "HTTP 403") {
		t.Errorf("%v: %s", err, text)
	}
	account.SetFaults(exoteltest.Faults{})
	if text, _, err := report(t, "--exophone", "exo0000000"); err == nil || text != "" || !strings.Contains(err.Error(), "not on the account's list") {
		t.Errorf("%v: %s", err, text)
	}
}

func TestReportOfTheDirectionsAddsUp(t *testing.T) {
	startAccount(t).Add(exoteltest.OddDirections(sampleDay, exotel.India)...)
	sum := 0
	for _, direction := range []string{"inbound", "outbound-dial", "outbound-api", "other"} {
		text, _, err := report(t, "--direction", direction, "--format", "json")
		if err != nil || !strings.Contains(text, `"direction": "`+direction+`"`) {
			t.Fatalf("%v: %s", err, text)
		}
		n, _ := totalCalls(t, text)
		sum += n
	}
	if sum != 1249 {
		t.Errorf("the directions add up to %d", sum)
	}
}

func TestReportGroupsDigitsAsTheSettingsSay(t *testing.T) {
	figures := lines(sampleMetrics(1_247_000), unlimited().Grouping())
	if figures[0].text != "12,47,000" || figures[0].value != "1247000" {
		t.Errorf("got %+v", figures[0])
	}
}

func TestReportPrintsNothingWhenItFails(t *testing.T) {
	for name, test := range map[string]struct {
		faults exoteltest.Faults
		args   []string
		says   string
	}{
		"wrong keys":      {exoteltest.Faults{FailStatus: 401}, nil, "401"},
		"broken midway":   {exoteltest.Faults{FailStatus: 403, FailFrom: 6}, nil, "incomplete"},
		"list cut short":  {exoteltest.Faults{StopAfterRows: 500}, nil, "incomplete"},
		"too long ago":    {exoteltest.Faults{}, []string{"--start", "2020-01-01"}, "6 months"},
		"a mistyped year": {exoteltest.Faults{}, []string{"--end", "9999-12-31"}, "ends after"},
	} {
		t.Run(name, func(t *testing.T) {
			account := startAccount(t)
			for _, format := range []string{"text", "json", "csv"} {
				account.SetFaults(test.faults)
				printed, _, err := report(t, append(test.args, "--format", format)...)
				if err == nil || !strings.Contains(err.Error(), test.says) || printed != "" {
					t.Errorf("%s: %v, printed %q", format, err, printed)
				}
			}
		})
	}
}

// A report is over once it has failed: nothing is refreshed after it.
func TestReportsAdviceIsForAReport(t *testing.T) {
	account := startAccount(t)
	for name, faults := range map[string]exoteltest.Faults{
		"wrong keys":       {FailStatus: 401},
		"wrong region":     {FailStatus: 404},
		"a long wait":      {FailStatus: 429, FailRetryAfter: "3000"},
		"long maintenance": {FailStatus: 503, FailRetryAfter: "3000"},
		"a foreign page":   {Paging: exoteltest.ForeignLink},
		"a list cut short": {StopAfterRows: 500},
	} {
		account.SetFaults(faults)
		_, _, err := report(t)
		if err == nil || strings.Contains(strings.ToLower(err.Error()), "refresh") {
			t.Errorf("%s: %v", name, err)
		}
		if long := faults.FailRetryAfter != ""; err != nil && (long != strings.Contains(err.Error(), "until ") || long && strings.Contains(err.Error(), "minute")) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestReportThatIsInterruptedFails(t *testing.T) {
	account := startAccount(t)
	account.SetFaults(exoteltest.Faults{Delay: time.Hour})
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	day := sampleDay.Format(time.DateOnly)
	var out bytes.Buffer
	err := RunReport(ctx, parse(t, "report", "--start", day, "--end", day), unlimited(), &out, func(string) {}, silence)
	if !errors.Is(err, context.DeadlineExceeded) || out.Len() > 0 {
		t.Errorf("%v, printed %q", err, out.String())
	}
}

func TestReportWarnsOfRowsThatAreNoCall(t *testing.T) {
	account := startAccount(t)
	account.SetFaults(exoteltest.Faults{BadRows: 0.02, Total: exoteltest.TotalAbsent})
	text, warnings, err := report(t)
	if err != nil || len(warnings) != 1 || !strings.Contains(warnings[0], "could not be read as calls") || !strings.Contains(text, "1,247") {
		t.Errorf("%v, %q", err, warnings)
	}
}

func TestReportNeedsAZoneThatExists(t *testing.T) {
	startAccount(t)
	s := unlimited()
	s.Zone = "Asia/Atlantis"
	if _, _, err := reportIn(t, s); err == nil || !strings.Contains(err.Error(), "Asia/Atlantis") {
		t.Errorf("%v", err)
	}
}

func TestAccountIsThatOfTheEnvironmentThenOfTheKeyring(t *testing.T) {
	account := startAccount(t)
	stored := config.Credentials{BaseURL: os.Getenv("EXOTEL_SUBDOMAIN"), SID: "acme1", Key: "key", Token: "token"}
	if err := config.NewKeyring().Save(t.Context(), stored); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(keyring.MockInit)

	setEnv(t, "", "", "", "")
	if _, _, err := report(t); err != nil {
		t.Errorf("all from the keyring: %v", err)
	}
	setEnv(t, "", "", "", "other")
	if _, _, err := report(t); err == nil || !strings.Contains(err.Error(), "401") {
		t.Errorf("the token of the environment wins: %v", err)
	}
	keyring.MockInitWithError(errors.New("must not be asked"))
	setEnv(t, stored.BaseURL, "acme1", "key", "token")
	if _, _, err := report(t); err != nil {
		t.Errorf("all from the environment: %v", err)
	}
	if account.Stats().Requests == 0 {
		t.Error("the account was not asked")
	}
}

func TestWithoutAnAccountTheErrorSaysWhatToDo(t *testing.T) {
	setEnv(t, "", "", "", "")
	for name, broken := range map[string]func(){
		"empty keyring": keyring.MockInit,
		"no keyring":    func() { keyring.MockInitWithError(errors.New("no secret service")) },
	} {
		broken()
		_, _, err := report(t)
		if !errors.Is(err, errNoAccount) || !strings.Contains(err.Error(), "EXOTEL_API_KEY") {
			t.Errorf("%s: %v", name, err)
		}
	}
	keyring.MockInit()
}

func TestDemoNeedsNoAccount(t *testing.T) {
	setEnv(t, "", "", "", "")
	text, _, err := report(t, "--demo", "--format", "json")
	if err != nil || !strings.Contains(text, `"totalCalls"`) || strings.Contains(text, `"totalCalls": 0,`) {
		t.Errorf("%v: %s", err, text)
	}
}
