package exotel

import (
	"reflect"
	"strings"
	"testing"
	"time"
)

// oddRows are rows as they occur or might.
var oddRows = []string{
	`null`, `"error"`, `42`, `[]`, `{}`, `{"Sid":null}`, `{"Sid":""}`, `{"Sid":"null"}`, `{"Call":null}`,
	`{"DateCreated":"2026-11-20 10:00:00","Sid":"a","Duration":"17","Price":1.500,"EndTime":"1970-01-01 05:30:00"}`,
	`{"DateCreated":"2026-11-20 10:00:00","Sid":7,"Status":"Completed","Direction":"INBOUND","Unknown":{"Sid":"no","Calls":[{"DateCreated":"2026-11-20 10:00:00","Sid":"no"}]}}`,
	`{"Call":{"Sid":"a","DateCreated":"2026-06-11 15:12:07","Details":{"Legs":[{"Leg":{"Id":"1","OnCallDuration":null}},{"Id":2},null,{}]}}}`,
	`{"DateCreated":"2026-11-20 10:00:00","Sid":"a","PhoneNumberSid":"b","PhoneNumber":""},{"DateCreated":"2026-11-20 10:00:00","Sid":"c","PhoneNumber":"d","PhoneNumberSid":"e"}`,
	`{"DateCreated":"2026-11-20 10:00:00","Sid":"\ud83d\ude00\u00e9\n\"","From":"` + "\xff" + `é","Duration":-1},{"DateCreated":"2026-11-20 10:00:00","Sid":"b","Duration":1e2},{"DateCreated":"2026-11-20 10:00:00","Sid":"c","Duration":99999999999}`,
	`{"DateCreated":"2026-11-20 10:00:00","Sid":"a","Status":" No  Answer","Direction":"Inbound ","From":"None","ParentCallSid":"undefined","Details":{"Leg2Status":"CANCELLED"}}`,
	`{"DateCreated":"2026-11-20 10:00:00","Sid":"a","Details":{"ConversationDuration":8},"Details":[]},{"DateCreated":"2026-11-20 10:00:00","Sid":"b","Details":"none"}`,
	`{"DateCreated":"2026-11-20 10:00:00","Sid":"a","CustomField":"N/A","CallerName":"\u0041","A":[ 1, {"b" : null} ],"A":2,"é\"<":1,"Uri":"/x","Details":{"Leg2To":"1","Legs":[{"Leg":{"By":"x","Id":2}}]}}`,
	`{"DateCreated":"2026-11-20 10:00:00","PhoneNumberSid":"b","Tags":["x"],"Sid":"a","PhoneNumber":"c","PreSignedRecordingUrl":"https://x"},{"DateCreated":"2026-11-20 10:00:00","Sid":"b","Details":{"Legs":7},"Empty":{ },"Call":{"New":true}}`,
}

// notPages are bodies that are no answer of the call list.
var notPages = []string{
	"", " ", "null", "[]", "7", `"Calls"`, "{}", `{"Calls":7}`, `{"Calls":{}}`, `{"Metadata":{"Total":3}}`,
	`{"Metadata":{"Total":0}}`, `{"Metadata":{"Total":2},"Calls":{}}`, `{"Metadata":{"Total":0},"Calls":{"Sid":"a"}}`, `{"Metadata":{"Total":0},"Calls":"none"}`,
	`{"Calls":null}`, `{"Metadata":{"Total":2},"Calls":null}`, `{"RestException":{},"Calls":[]}`,
	"\v{\"Calls\":[]}", "<html></html>", `{"Calls":[]`, `{"Calls":[{"Sid":"a"}`, `{"Calls":[]}}`, `{"Calls":[]} x`, `{"Calls":[],}`,
	`{"Calls":[{"Sid":"a"},]}`, `{"Calls":[,]}`, `{,"Calls":[]}`, `{"Calls" []}`, `{'Calls':[]}`, `{"Calls":[nul]}`,
	`{"Calls":[01]}`, `{"Calls":[1.]}`, `{"Calls":[-]}`, `{"Calls":[1e]}`, "{\"Calls\":[\"\t\"]}", `{"Calls":["\x"]}`,
	`{"Calls":["\u12g4"]}`, `{"Calls":["\u12"]}`, "\ufeff" + `{"Calls":[]}`, "{\"Calls\":[]}\x00", `{"Calls":[true false]}`,
}

func TestARowIsReadWithAllItsFields(t *testing.T) {
	page, err := decodePage(samplePage(PageSize), India)
	if err != nil {
		t.Fatal(err)
	}
	at := func(clock string) time.Time {
		at, _ := time.ParseInLocation(time.DateTime, "2026-06-11 "+clock, India)
		return at
	}
	want := Call{
		Sid: "0f3c9a7be1d24c58a6b7c8d9e0f1005m", Created: at("15:12:03"), Updated: at("15:16:03"), Started: at("15:12:03"), Ended: at("15:14:56"),
		From: "09800000005", To: "sip:agent17", ExoPhone: "08040000010", Direction: "inbound", Status: "completed",
		Duration: 169, Price: "0.85", AnsweredBy: "human",
		RecordingURL: "https://recordings.exotel.com/exotelrecordings/acme1/0f3c9a7be1d24c58a6b7c8d9e0f1005m.mp3",
		Details:      &Details{Conversation: 144, Leg1Status: "completed", Leg2Status: "completed", Legs: []Leg{{1, 156}, {2, 144}}},
	}
	if got := page.calls[5]; !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v %+v", got, got.Details)
	}
	if page.total != 1027 || len(page.calls) != 100 || page.unreadable != 0 || !strings.HasSuffix(page.next, "After=b3BhcXVl") {
		t.Errorf("total %d, %d calls, %d unreadable, next %q", page.total, len(page.calls), page.unreadable, page.next)
	}
}

func TestABodyThatIsNoPageIsAnError(t *testing.T) {
	for _, body := range notPages {
		if page, err := decodePage([]byte(body), India); err == nil {
			t.Errorf("%q was read as %+v", body, page)
		}
	}
}

func TestEveryCutPageIsAnError(t *testing.T) {
	body := samplePage(PageSize)[:3000]
	for n := range body {
		if _, err := decodePage(body[:n], India); err == nil {
			t.Fatalf("%q was read", body[:n])
		}
	}
}

func TestOneFieldIsReadLeniently(t *testing.T) {
	for row, want := range map[string]Call{
		`"Duration":17`:                             {Duration: 17},
		`"Duration":"17"`:                           {Duration: 17},
		`"Duration":" 17 "`:                         {Duration: 17},
		`"Duration":17.9`:                           {Duration: 17},
		`"Duration":null`:                           {Duration: Unknown},
		`"Duration":""`:                             {Duration: Unknown},
		`"Duration":"N/A"`:                          {Duration: Unknown},
		`"Duration":-5`:                             {Duration: Unknown},
		`"Duration":{"seconds":5}`:                  {Duration: Unknown},
		`"Duration":9999999999`:                     {Duration: Unknown},
		`"Duration":"9999999999999999999999"`:       {Duration: Unknown},
		`"Price":1.500`:                             {Duration: Unknown, Price: "1.500"},
		`"Price":"1.500"`:                           {Duration: Unknown, Price: "1.500"},
		`"Price":null`:                              {Duration: Unknown},
		`"RecordingUrl":"null"`:                     {Duration: Unknown},
		`"EndTime":"1970-01-01 05:30:00"`:           {Duration: Unknown},
		`"EndTime":["2026"]`:                        {Duration: Unknown},
		`"Status":"Wholly-New"`:                     {Duration: Unknown, Status: "wholly-new"},
		`"Status":["completed"]`:                    {Duration: Unknown},
		`"Status":"No Answer"`:                      {Duration: Unknown, Status: "no-answer"},
		`"Status":" No-Answer "`:                    {Duration: Unknown, Status: "no-answer"},
		`"Status":"IN_PROGRESS"`:                    {Duration: Unknown, Status: "in-progress"},
		`"Status":"Cancelled"`:                      {Duration: Unknown, Status: "canceled"},
		`"Status":"None"`:                           {Duration: Unknown},
		`"Status":"undefined"`:                      {Duration: Unknown},
		`"Status":" NULL "`:                         {Duration: Unknown},
		`"Status":"   "`:                            {Duration: Unknown},
		`"Status":"nonesuch"`:                       {Duration: Unknown, Status: "nonesuch"},
		`"Direction":" Outbound Dial"`:              {Duration: Unknown, Direction: "outbound-dial"},
		`"ParentCallSid":"None"`:                    {Duration: Unknown},
		`"From":"undefined","To":"None"`:            {Duration: Unknown},
		`"PhoneNumber":"None","PhoneNumberSid":"1"`: {Duration: Unknown, ExoPhone: "1"},
		`"EndTime":"None","Duration":"undefined"`:   {Duration: Unknown},
		`"CallerName":"None"`:                       {Duration: Unknown},
		`"Details":{"Leg1Status":"No Answer","Leg2Status":"None"}`: {Duration: Unknown,
			Details: &Details{Conversation: Unknown, Leg1Status: "no-answer"}},
		`"From":9800000001`:                            {Duration: Unknown, From: "9800000001"},
		`"PhoneNumberSid":"2","PhoneNumber":"2"`:       {Duration: Unknown, ExoPhone: "2"},
		`"PhoneNumberSid":"1","PhoneNumber":"2"`:       {Duration: Unknown, ExoPhone: "2", Extra: `{"PhoneNumberSid":"1"}`},
		`"PhoneNumber":"2","PhoneNumberSid":"1"`:       {Duration: Unknown, ExoPhone: "2", Extra: `{"PhoneNumberSid":"1"}`},
		`"PhoneNumber":null,"PhoneNumberSid":"1"`:      {Duration: Unknown, ExoPhone: "1"},
		`"Details":null`:                               {Duration: Unknown},
		`"Details":{}`:                                 {Duration: Unknown, Details: &Details{Conversation: Unknown}},
		`"Details":{"Legs":[{"Leg":null},{"Leg":{}}]}`: {Duration: Unknown, Details: &Details{Conversation: Unknown}},
		`"Details":{"Legs":[{"Id":1,"OnCallDuration":"3"}]}`: {Duration: Unknown,
			Details: &Details{Conversation: Unknown, Legs: []Leg{{1, 3}}}},
	} {
		want.Sid, want.Created = "a", time.Date(2026, 11, 20, 10, 0, 0, 0, India)
		page, err := decodePage([]byte(`{"Calls":[{"Sid":"a","DateCreated":"2026-11-20 10:00:00",`+row+`}]}`), India)
		if err != nil || len(page.calls) != 1 {
			t.Errorf("%s: %v", row, err)
			continue
		}
		if got := page.calls[0]; !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v %+v", row, got, got.Details)
		}
	}
}

func TestABadRowNeverSinksAPage(t *testing.T) {
	bad := 0
	rows := []string{`{"Sid":"first","DateCreated":"2026-11-20 10:00:00"}`}
	for _, row := range []string{`{"Sid":"timeless","DateCreated":null}`, `{"Sid":"neither","DateCreated":"soon","StartTime":""}`, "null", `"error"`, "42", "[]", "{}", "true", `{"Sid":null}`, `{"Sid":{}}`, `{"Call":null}`, `[{"Sid":"a"}]`} {
		rows = append(rows, row)
		bad++
	}
	rows = append(rows, `{"Sid":"last","DateCreated":null,"StartTime":"2026-11-20 10:00:00"}`)
	page, err := decodePage([]byte(`{"Calls":[`+strings.Join(rows, ",")+`]}`), India)
	if err != nil || len(page.calls) != 2 || page.unreadable != bad {
		t.Errorf("read %+v, %v", page, err)
	}
}

func TestTheTotalMayBeMissing(t *testing.T) {
	for metadata, want := range map[string]int{
		`{"Total":12}`: 12, `{"Total":"12"}`: 12, `{"Total":0}`: 0, `{"Total":null}`: Unknown, `{}`: Unknown, `null`: Unknown, `[1]`: Unknown,
	} {
		page, err := decodePage([]byte(`{"Metadata":`+metadata+`,"Calls":[]}`), India)
		if err != nil || page.total != want {
			t.Errorf("%s: total %d, %v", metadata, page.total, err)
		}
	}
}

// A page of many more rows than asked for outgrows what is set aside for one.
func TestALongPage(t *testing.T) {
	row := `{"Sid":"x","DateCreated":"2026-11-20 10:00:00","Details":{"ConversationDuration":1,"Legs":[{"Leg":{"Id":1}},{"Leg":{"Id":2}},{"Leg":{"Id":3}}]}}`
	page, err := decodePage([]byte(`{"Metadata":{},"Calls":[`+strings.Repeat(row+",", 999)+row+`]}`), India)
	if err != nil || len(page.calls) != 1000 {
		t.Fatalf("%v", err)
	}
	for i, call := range page.calls {
		if !reflect.DeepEqual(call.Details, &Details{Conversation: 1, Legs: []Leg{{1, -1}, {2, -1}, {3, -1}}}) {
			t.Fatalf("row %d: %+v", i, call.Details)
		}
	}
}
