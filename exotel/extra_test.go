package exotel

import (
	"fmt"
	"strings"
	"testing"
)

// extraOf is what is kept of a row's other fields.
func extraOf(t *testing.T, fields string) string {
	t.Helper()
	body := []byte(`{"Calls":[{"Sid":"a","DateCreated":"2026-11-20 10:00:00","PhoneNumber":"1",` + fields + `}]}`)
	page, err := decodePage(body, India)
	if err != nil || len(page.calls) != 1 {
		t.Fatalf("%s: %v", fields, err)
	}
	clear(body) // what is kept is no part of it
	return page.calls[0].Extra
}

func TestFieldsThatAreNotUnderstoodAreKeptAsTheyCame(t *testing.T) {
	for fields, want := range map[string]string{
		`"ForwardedFrom":"09800000001","CallerName":"Asha"`: `{"ForwardedFrom":"09800000001","CallerName":"Asha"}`,
		`"CustomField":"order 7"`:                           `{"CustomField":"order 7"}`,
		`"B":10,"A":-1.50e3,"C":true,"D":false,"E":"1"`:     `{"B":10,"A":-1.50e3,"C":true,"D":false,"E":"1"}`,
		`"Tags":[ "a b" , {"x" : null } ]`:                  `{"Tags":["a b",{"x":null}]}`,
		`"Text":"\u0041\/\n<é> "`:                           `{"Text":"\u0041\/\n<é> "}`,
		`"a\u0041 <\"é\u2028":1`:                            `{"aA <\"é\u2028":1}`,
		`"Twice":1,"Other":2,"Twice":3`:                     `{"Other":2,"Twice":3}`,
		`"PhoneNumberSid":"2"`:                              `{"PhoneNumberSid":"2"}`,
		`"A":1,"PhoneNumberSid":2,"B":3`:                    `{"A":1,"PhoneNumberSid":2,"B":3}`,
		`"Details":{"Leg2To":"0980","New":{"a":[1]}}`:       `{"Details.Leg2To":"0980","Details.New":{"a":[1]}}`,
		`"Details":{"Legs":[{"Leg":{"AnsweredBy":"human","Id":1}},{"Id":2,"To":"0980"},{"By":7}]}`: `{"Details.Legs.1.AnsweredBy":"human","Details.Legs.2.To":"0980","Details.Legs.0.By":7}`,
		`"Details":{"Legs":{"Count":2}}`: `{"Details.Legs":{"Count":2}}`,
		`"Details":["new"]`:              `{"Details":["new"]}`,
		`"Call":{"New":1}`:               `{"New":1}`,
	} {
		if got := extraOf(t, fields); got != want {
			t.Errorf("%s:\n got %s\nwant %s", fields, got, want)
		}
	}
}

func TestFieldsThatSayNothingNewAreNotKept(t *testing.T) {
	for _, fields := range []string{
		`"ForwardedFrom":null,"CallerName":"","CustomField":"null"`,
		`"ForwardedFrom": "" , "CallerName":"NULL","CustomField":"N/A"`,
		`"Tags":[],"More":{ },"Most":[ ]`,
		`"AccountSid":"acme1","Uri":"/v1/Accounts/acme1/Calls/a"`,
		`"PreSignedRecordingUrl":"https://recordings.exotel.com/a.mp3?sig=x"`,
		`"PhoneNumberSid":"1"`,
		`"PhoneNumber":null,"PhoneNumberSid":"1"`,
		`"PhoneNumber":"2","PhoneNumberSid":"2"`,
		`"Details":null`,
		`"Details":{"New":null,"Legs":[{"Leg":{"AnsweredBy":""}}],"PreSignedRecordingUrl":"https://x"}`,
	} {
		if got := extraOf(t, fields); got != "" {
			t.Errorf("%s: %s", fields, got)
		}
	}
}

func TestWhatIsKeptOfARowIsBounded(t *testing.T) {
	text := func(n int) string { return `"` + strings.Repeat("x", n-2) + `"` }
	many := func(n int) string {
		var fields []string
		for i := range n {
			fields = append(fields, fmt.Sprintf(`"F%03d":1`, i))
		}
		return strings.Join(fields, ",")
	}
	for name, test := range map[string]struct{ fields, want string }{
		"the longest value":           {`"A":` + text(maxExtraValue) + `,"B":1`, `{"A":` + text(maxExtraValue) + `,"B":1}`},
		"one that is too long":        {`"A":1,"Long":` + text(maxExtraValue+1) + `,"B":2`, `{"A":1,"B":2}`},
		"one with white space":        {`"A":[` + strings.Repeat(" ", maxExtra) + `1]`, `{"A":[1]}`},
		"many that are long together": {`"A":` + text(4000) + `,"B":` + text(4000) + `,"C":` + text(200) + `,"D":1`, `{"A":` + text(4000) + `,"B":` + text(4000) + `,"D":1}`},
		"exactly what fits":           {`"A":` + text(4090) + `,"B":` + text(4091), `{"A":` + text(4090) + `,"B":` + text(4091) + `}`},
		"a byte more":                 {`"A":` + text(4090) + `,"B":` + text(4092), `{"A":` + text(4090) + `}`},
		"a long name":                 {`"` + strings.Repeat("n", maxExtra) + `":1,"B":2`, `{"B":2}`},
		"too many":                    {many(maxExtraFields + 50), "{" + many(maxExtraFields) + "}"},
	} {
		got := extraOf(t, test.fields)
		if got != test.want {
			t.Errorf("%s: got %.80s… of %d bytes, want %d", name, got, len(got), len(test.want))
		}
		if len(got) > maxExtra {
			t.Errorf("%s: %d bytes", name, len(got))
		}
	}
}

// What one row leaves must not be seen in the next.
func TestEachRowHasItsOwnExtra(t *testing.T) {
	page, err := decodePage([]byte(`{"Calls":[{"DateCreated":"2026-11-20 10:00:00","Sid":"a","New":1,"PhoneNumberSid":"1","PhoneNumber":"2"},{"New":2},{"DateCreated":"2026-11-20 10:00:00","Sid":"b","PhoneNumber":"2"},`+
		`null,{"DateCreated":"2026-11-20 10:00:00","Sid":"c","New":[3]},{"DateCreated":"2026-11-20 10:00:00","Sid":"d","New":4}]}`), India)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, call := range page.calls {
		got = append(got, call.Sid+call.Extra)
	}
	if want := `a{"New":1,"PhoneNumberSid":"1"} b c{"New":[3]} d{"New":4}`; strings.Join(got, " ") != want {
		t.Errorf("got %s", got)
	}
}
