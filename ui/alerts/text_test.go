package alerts

import (
	"slices"
	"testing"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/heartbeat"
	"exotel-monitor/heartbeat/alert"
	"exotel-monitor/heartbeat/journal"
	"exotel-monitor/ui/kit"
	"exotel-monitor/ui/uitest/sample"
)

func TestAlertTitle(t *testing.T) {
	const in, out = heartbeat.Incoming, heartbeat.Outgoing
	phone := func(name string, direction heartbeat.Direction) alert.Incident {
		return sample.Incident("0804711220"+name[len(name)-1:], name, direction, "10:42", "")
	}
	for _, tt := range []struct {
		name      string
		level     heartbeat.Level
		incidents []alert.Incident
		want      string
	}{
		{"one number", heartbeat.Warning, []alert.Incident{phone("Support 1", in)}, "Incoming down on Support 1"},
		{"the other direction", heartbeat.Warning, []alert.Incident{phone("Support 1", out)}, "Outgoing down on Support 1"},
		{"both directions of one", heartbeat.Warning, []alert.Incident{phone("Support 1", in), phone("Support 1", out)}, "Incoming and outgoing down on Support 1"},
		{"three are named", heartbeat.Warning, []alert.Incident{phone("A1", in), phone("B2", in), phone("C3", in)}, "Incoming down on A1, B2, C3"},
		{"more are counted", heartbeat.Warning, []alert.Incident{phone("A1", in), phone("B2", in), phone("C3", in), phone("D4", in), phone("E5", in)}, "Incoming down on A1, B2, C3 and 2 more"},
		{"a number without a name", heartbeat.Warning, []alert.Incident{sample.Incident("+918047112201", "", in, "10:42", "")}, "Incoming down on 080 4711 2201"},
		{"no number was given", heartbeat.Warning, []alert.Incident{{}}, "Some numbers are affected; Exotel doesn't say which"},
		{"all numbers", heartbeat.Critical, []alert.Incident{{}}, "All numbers are affected"},
		{"numbers came after", heartbeat.Critical, []alert.Incident{{}, phone("A1", in)}, "Incoming down on A1"},
		{"a hostile name", heartbeat.Warning, []alert.Incident{sample.Incident("1", "a\n\u202eb", in, "10:42", "")}, "Incoming down on a b"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := alertTitle(tt.level, tt.incidents, india); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

func TestAlertSpan(t *testing.T) {
	for _, tt := range []struct{ opened, closed, acknowledged, want string }{
		{"10:42", "11:30", "", "Fri 20 Nov 10:42 – 11:30 · 48 min"},
		{"18 23:50", "19 00:20", "", "Wed 18 Nov 23:50 – Thu 19 Nov 00:20 · 30 min"},
		{"10:42", "11:30", "10:50", "Fri 20 Nov 10:42 – 11:30 · 48 min · acknowledged 10:50"},
		{"18 10:42", "18 10:42", "19 09:00", "Wed 18 Nov 10:42 – 10:42 · 0 s · acknowledged Thu 19 Nov 09:00"},
		{"10:42", "", "", "Fri 20 Nov 10:42 · ongoing, 3 h 40 min"},
	} {
		a := alert.Alert{Opened: sample.Clock(tt.opened), Closed: sample.Clock(tt.closed), Acknowledged: sample.Clock(tt.acknowledged)}
		if got := alertSpan(&a, sample.Now, india); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
	old := alert.Alert{Opened: sample.Now.AddDate(-1, 0, 0), Closed: sample.Now.AddDate(-1, 0, 0).Add(time.Hour)}
	if got, want := alertSpan(&old, sample.Now, india), "20 Nov 2025 14:22 – 15:22 · 1 h"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestAlertPlainWords(t *testing.T) {
	for word, want := range map[string]string{
		"": "", "major_outage": "major outage", "partial_network_outage": "partial network outage", "new_word_of_theirs": "new word of theirs", "a\x00b": "a b",
	} {
		if got := india.Plain(word); got != want {
			t.Errorf("%q reads %q, want %q", word, got, want)
		}
	}
}

// TestAlertToldText: the list says of each alert whether the system accepted
// what was sent, and nothing better than the worst of it.
// markName names the mark of what became of a notification, "" for none.
func markName(l kit.Look) string {
	switch l.Shape {
	case kit.Tick:
		return "tick"
	case kit.Cross:
		return "cross"
	case kit.Question:
		return "question"
	}
	return ""
}

func TestAlertToldText(t *testing.T) {
	sent := func(clock string, state journal.DeliveryState, reason string) journal.Delivery {
		return journal.Delivery{Note: alert.Note{At: sample.Clock(clock)}, State: state, Error: reason}
	}
	for _, tt := range []struct {
		name       string
		deliveries []journal.Delivery
		mark, want string
	}{
		{"none", nil, "", "Not notified (switched off, snoozed or quiet hours)"},
		{"accepted", []journal.Delivery{sent("10:42", journal.Accepted, "")}, "tick", "Notified 10:42 · delivered"},
		{"refused", []journal.Delivery{sent("10:42", journal.Refused, "no daemon;\nstart one")}, "cross", "Notification 10:42 · not delivered: no daemon; start one"},
		{"refused without a reason", []journal.Delivery{sent("10:42", journal.Refused, "")}, "cross", "Notification 10:42 · not delivered"},
		{"a system that says nothing", []journal.Delivery{sent("10:42", journal.Unreported, "")}, "question", "Notified 10:42 · sent (delivery unknown)"},
		{"left behind by a crash", []journal.Delivery{sent("10:42", journal.Sending, "")}, "question", "Notification 10:42 · unknown (the app closed while sending)"},
		{"found after a crash", []journal.Delivery{sent("14:22", journal.Interrupted, "")}, "question", "Notification 14:22 · unknown (the app closed while sending)"},
		{"under way", []journal.Delivery{sent("14:22", journal.Sending, "")}, "question", "Notification 14:22 · being sent"},
		{"queued", []journal.Delivery{sent("14:22", journal.Queued, "")}, "question", "Notification 14:22 · waiting to be sent"},
		{"all accepted", []journal.Delivery{sent("10:42", journal.Accepted, ""), sent("10:57", journal.Accepted, "")}, "tick", "Notified 10:42 · delivered (2 of 2)"},
		{"one refused among others", []journal.Delivery{sent("10:42", journal.Accepted, ""), sent("10:57", journal.Refused, "gone"), sent("11:30", journal.Accepted, "")},
			"cross", "Notification 10:57 · not delivered: gone (1 of 3)"},
		{"on a later day", []journal.Delivery{sent("19 08:00", journal.Accepted, "")}, "tick", "Notified Thu 19 Nov 08:00 · delivered"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := journal.Entry{Alert: alert.Alert{Opened: sample.Clock("10:42")}, Deliveries: tt.deliveries}
			look, got := toldText(e, sample.Now, india)
			if mark := markName(look); got != tt.want || mark != tt.mark {
				t.Errorf("%s %q, want %s %q", mark, got, tt.mark, tt.want)
			}
		})
	}
}

// TestAlertToldTextOfOneAmongOthersInASummary: the notification is on record with
// the last of them alone.
func TestAlertToldTextOfOneAmongOthersInASummary(t *testing.T) {
	e := journal.Entry{Alert: alert.Alert{Opened: sample.Clock("18 23:50"), NotifiedAt: sample.Clock("19 08:00"), Announced: true}}
	if _, got := toldText(e, sample.Now, india); got != "In the summary of quiet hours Thu 19 Nov 08:00" {
		t.Errorf("%q", got)
	}
}

// TestAlertToldTextNamesWhatWasNotTold: a notification of the warning says nothing
// of the critical state that came after it.
func TestAlertToldTextNamesWhatWasNotTold(t *testing.T) {
	told := func(kind alert.Kind, clock string, state journal.DeliveryState) journal.Delivery {
		return journal.Delivery{Note: alert.Note{Kind: kind, At: sample.Clock(clock)}, State: state}
	}
	first := told(alert.Announcement, "10:42", journal.Accepted)
	const accepted = "Notified 10:42 · delivered"
	for _, tt := range []struct {
		name       string
		step       alert.Step
		level      heartbeat.Level
		at         time.Time
		closed     string
		deliveries []journal.Delivery
		mark, want string
	}{
		{"worsened while snoozed", alert.Worsened, heartbeat.Critical, sample.Clock("10:51"), "", []journal.Delivery{first}, "", accepted + " · 10:51 not notified (switched off, snoozed or quiet hours)"},
		{"joined while snoozed", alert.Joined, heartbeat.Warning, sample.Clock("10:51"), "", []journal.Delivery{first}, "", accepted + " · 10:51 not notified (switched off, snoozed or quiet hours)"},
		{"its end alone was told", alert.Worsened, heartbeat.Critical, sample.Clock("10:51"), "11:30", []journal.Delivery{first, told(alert.Recovery, "11:30", journal.Accepted)}, "",
			accepted + " (2 of 2) · 10:51 not notified (switched off, snoozed or quiet hours)"},
		{"the first was refused", alert.Worsened, heartbeat.Critical, sample.Clock("10:51"), "", []journal.Delivery{told(alert.Announcement, "10:42", journal.Refused)}, "cross",
			"Notification 10:42 · not delivered · 10:51 not notified (switched off, snoozed or quiet hours)"},
		{"a reminder told it", alert.Worsened, heartbeat.Critical, sample.Clock("10:51"), "", []journal.Delivery{first, told(alert.Reminder, "10:57", journal.Accepted)}, "tick", accepted + " (2 of 2)"},
		{"over before it was due", alert.Worsened, heartbeat.Critical, sample.Clock("10:51"), "10:52", []journal.Delivery{first}, "tick", accepted},
		{"told at once", alert.Worsened, heartbeat.Critical, sample.Clock("10:42"), "", []journal.Delivery{first}, "tick", accepted},
		{"on its way", alert.Worsened, heartbeat.Critical, sample.Now.Add(-time.Minute), "", []journal.Delivery{first}, "tick", accepted},
		{"as bad as before", alert.Worsened, heartbeat.Warning, sample.Clock("10:51"), "", []journal.Delivery{first}, "tick", accepted},
		{"eased", alert.Eased, heartbeat.Warning, sample.Clock("10:51"), "", []journal.Delivery{first}, "tick", accepted},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := journal.Entry{
				Alert:      alert.Alert{Opened: sample.Clock("10:42"), Closed: sample.Clock(tt.closed)},
				Steps:      []alert.Change{{At: sample.Clock("10:42"), Step: alert.Opened, Level: heartbeat.Warning}, {At: tt.at, Step: tt.step, Level: tt.level}},
				Deliveries: tt.deliveries,
			}
			look, got := toldText(e, sample.Now, india)
			if mark := markName(look); got != tt.want || mark != tt.mark {
				t.Errorf("%s %q, want %s %q", mark, got, tt.mark, tt.want)
			}
		})
	}
}

// TestAlertNamesHaveOneOrder: the one in which people count.
func TestAlertNamesHaveOneOrder(t *testing.T) {
	var incidents []alert.Incident
	for _, name := range []string{"line 10", "Line 2", "Alpha", "Line 02b", "Line 1", ""} {
		incidents = append(incidents, sample.Incident("+918047112201", name, heartbeat.Incoming, "10:42", ""))
	}
	incidents[2].Closed = sample.Clock("10:50")
	var got []string
	for _, in := range byName(incidents) {
		got = append(got, in.Name)
	}
	if want := []string{"", "Line 1", "Line 2", "Line 02b", "line 10", "Alpha"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestAlertStepsAndKindsAreNamed: each in words of its own.
func TestAlertStepsAndKindsAreNamed(t *testing.T) {
	var texts []string
	for _, step := range []alert.Step{alert.Opened, alert.Joined, alert.Worsened, alert.Eased, alert.Acknowledged, alert.Closed} {
		texts = append(texts, stepText(alert.Change{Step: step, Level: heartbeat.Critical}, india))
	}
	for _, kind := range []alert.Kind{alert.Announcement, alert.Reminder, alert.Recovery, alert.Summary} {
		texts = append(texts, kindText(kind, india))
	}
	want := []string{
		"Opened: CRITICAL", "Another number or direction went down", "Escalated to CRITICAL", "Downgraded to CRITICAL", "Acknowledged",
		"Closed", "Notification", "Reminder", "Recovery", "Summary of quiet hours",
	}
	if !slices.Equal(texts, want) {
		t.Errorf("%q", texts)
	}
}

// TestAlertSnoozesEndInTheAccountsZone: tomorrow is the account's.
func TestAlertSnoozesEndInTheAccountsZone(t *testing.T) {
	late := time.Date(2026, 11, 20, 20, 0, 0, 0, time.UTC) // the 21st in India
	var got []string
	for _, s := range snoozes(late, india) {
		got = append(got, s.name+": "+s.until.In(exotel.India).Format("2 Jan 15:04"))
	}
	want := []string{"30 minutes: 21 Nov 02:00", "2 hours: 21 Nov 03:30", "Until tomorrow, Sun 22 Nov 08:00: 22 Nov 08:00"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestAlertOddBodyIsShownAsItIs: nothing in a post can hide or change what is read.
func TestAlertOddBodyIsShownAsItIs(t *testing.T) {
	for body, want := range map[string]string{
		"":                       "(empty)",
		"{\n\t\"a\": 1\r\n}":     "{\n    \"a\": 1\n}",
		"\x1b[31mred\x00":        `\x1b[31mred\x00`,
		"\u202egnirts":           `\u{202e}gnirts`,
		"bad \xff\xc3 bytes":     `bad \xff\xc3 bytes`,
		"नमस्ते \uFFFD":          "नमस्ते \uFFFD",
		"carriage\rreturn alone": `carriage\x0dreturn alone`,
	} {
		if got := bodyText([]byte(body)); got != want {
			t.Errorf("%q is shown as %q, want %q", body, got, want)
		}
	}
}

func TestAlertsChoiceMakesTheFilter(t *testing.T) {
	for _, tt := range []struct {
		choice alertsChoice
		want   journal.Filter
		none   string
	}{
		{alertsChoice{}, journal.Filter{}, "No alerts yet. Incidents appear here when an ExoPhone goes down."},
		{alertsChoice{days: 30}, journal.Filter{From: sample.Now.AddDate(0, 0, -30)}, "No alerts in this period. Incidents appear here when an ExoPhone goes down."},
		{alertsChoice{open: true}, journal.Filter{Open: true}, "No open alerts. Incidents appear here when an ExoPhone goes down."},
		{alertsChoice{level: heartbeat.Critical, way: heartbeat.Outgoing}, journal.Filter{Worst: heartbeat.Critical, Direction: heartbeat.Outgoing}, "No alerts match these filters."},
	} {
		if got := tt.choice.filter(sample.Now); got != tt.want {
			t.Errorf("%+v: %+v", tt.choice, got)
		}
		if got := tt.choice.none(); got != tt.none {
			t.Errorf("%+v: %q", tt.choice, got)
		}
	}
}

func TestIncidentsOfTheWorstLineComeFirst(t *testing.T) {
	incidents := []alert.Incident{
		sample.Incident("08040000001", "A over", heartbeat.Incoming, "10:40", "10:41"),
		sample.Incident("08040000002", "B incoming", heartbeat.Incoming, "10:42", ""),
		sample.Incident("08040000003", "C both", heartbeat.Outgoing, "10:42", ""),
		sample.Incident("08040000003", "C both", heartbeat.Incoming, "10:42", ""),
		{OfMonitor: true, Name: "Exotel Monitor", Opened: sample.Clock("10:50")},
	}
	var got []string
	for _, in := range byName(incidents) {
		got = append(got, in.Name)
	}
	if want := []string{"Exotel Monitor", "C both", "C both", "B incoming", "A over"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := alertTitle(heartbeat.Warning, incidents[1:], india), "Can't see your lines · Incoming and outgoing down on C both · Incoming down on B incoming"; got != want {
		t.Errorf("the title is %q, want %q", got, want)
	}
}
