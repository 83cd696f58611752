package exotel_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/exotel/exoteltest"
)

// What a second try cannot mend is tried once, and says what to do.
func TestRefusalsAreNotRetried(t *testing.T) {
	wrong := func(change func(*exotel.Options)) func(*exotel.Options) { return change }
	for name, test := range map[string]struct {
		faults exoteltest.Faults
		change func(*exotel.Options)
		kind   exotel.Kind
		status int
		advice string
	}{
		"a wrong key": {exoteltest.Faults{}, wrong(func(o *exotel.Options) { o.Key = "another-key" }),
			exotel.KindCredentials, 401, "Check the API key and token"},
		"a wrong token": {exoteltest.Faults{TextUnauthorized: true}, wrong(func(o *exotel.Options) { o.Token = "another-token" }),
			exotel.KindCredentials, 401, "Check the API key and token"},
		"a wrong SID": {exoteltest.Faults{}, wrong(func(o *exotel.Options) { o.SID = "acme2" }),
			exotel.KindNotFound, 404, "Check the account SID and the API address"},
		"the wrong region, answering 404": {exoteltest.Faults{FailStatus: 404}, nil,
			exotel.KindNotFound, 404, "Singapore or the Mumbai region"},
		"the wrong region, answering 401": {exoteltest.Faults{FailStatus: 401}, nil,
			exotel.KindCredentials, 401, "Singapore or the Mumbai region"},
		"a forbidden IP address": {exoteltest.Faults{Forbidden: true}, nil,
			exotel.KindForbidden, 403, "allowed IP addresses"},
		"a plan without the API": {exoteltest.Faults{FailStatus: 402}, nil,
			exotel.KindPlan, 402, "The account's plan"},
		"a bad request": {exoteltest.Faults{FailStatus: 400}, nil,
			exotel.KindRequest, 400, "The request was refused"},
	} {
		t.Run(name, func(t *testing.T) {
			account := newAccount(500)
			account.SetFaults(test.faults)
			client := newClient(t, account, test.change)
			_, probeErr := client.Probe(t.Context())
			r := read(client, lastDays(1))
			for op, err := range map[string]error{"probe": probeErr, "calls": r.err} {
				failure := failureOf(t, err)
				if failure.Kind != test.kind || failure.Status != test.status || !strings.Contains(err.Error(), test.advice) {
					t.Errorf("%s: kind %q, status %d: %v; want %q, %d, %q", op, failure.Kind, failure.Status, err, test.kind, test.status, test.advice)
				}
			}
			if n := account.Stats().Requests; n != 2 {
				t.Errorf("%d requests for two questions", n)
			}
			if len(r.calls) != 0 {
				t.Errorf("%d calls came with the error", len(r.calls))
			}
		})
	}
}

// Calls that load prove SID and region, whatever else is not found.
func TestAdviceFitsWhatWasTried(t *testing.T) {
	account := newAccount(500)
	only := func(path string, status int) func() {
		return func() { account.SetFaults(exoteltest.Faults{FailStatus: status, Only: path}) }
	}
	client := newClient(t, account, nil)
	for name, test := range map[string]struct {
		fail     func()
		ask      func() error
		headline string
		says     string
		not      []string
	}{
		"no ExoPhone list": {only("IncomingPhoneNumbers", 404), func() error { _, err := client.ExoPhones(t.Context()); return err },
			"ExoPhone list not found", "ask Exotel support", []string{"SID", "region"}},
		"no such ExoPhone": {only("nowhere", 404), func() error { _, err := client.Connectivity(t.Context(), "08040009999"); return err },
			"ExoPhone not found", "released", []string{"SID", "region"}},
		"no such account": {only("", 404), func() error { _, err := client.Probe(t.Context()); return err },
			"Account not found", "Check the account SID", nil},
		"a list refused": {only("IncomingPhoneNumbers", 400), func() error { _, err := client.ExoPhones(t.Context()); return err },
			"The request was refused", "contact Exotel support", []string{"range", "filters"}},
	} {
		test.fail()
		err := test.ask()
		failure := failureOf(t, err)
		if failure.Headline() != test.headline || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: %v", name, err)
		}
		for _, word := range test.not {
			if strings.Contains(err.Error(), word) {
				t.Errorf("%s: %q is in %v", name, word, err)
			}
		}
		if name == "no such account" {
			continue
		}
		if r := read(client, lastDays(1)); r.err != nil {
			t.Errorf("%s: calls do not load: %v", name, r.err)
		}
	}
}

// A window tries again by itself, a report does not: package exotel knows neither.
func TestAdviceDoesNotSayWhatTheProgramDoesNext(t *testing.T) {
	texts := append(exotel.Texts(), (&exotel.IncompleteError{}).Error())
	for _, text := range texts {
		if lower := strings.ToLower(text); strings.Contains(lower, "refresh") || strings.Contains(lower, "settings") {
			t.Errorf("%q", text)
		}
	}
	if len(texts) < 30 {
		t.Errorf("only %d texts", len(texts))
	}
}

func TestErrorsCarryExotelsWords(t *testing.T) {
	account := newAccount(0)
	account.SetFaults(exoteltest.Faults{Forbidden: true})
	_, err := newClient(t, account, nil).Probe(t.Context())
	failure := failureOf(t, err)
	if failure.Message != "Access denied" || failure.Op != "test the connection" {
		t.Errorf("op %q, message %q", failure.Op, failure.Message)
	}
	const want = `test the connection: These keys aren't allowed from here (HTTP 403): "Access denied". The keys are right`
	if !strings.HasPrefix(err.Error(), want) {
		t.Errorf("got %q, want it to begin %q", err, want)
	}
}

// "Nothing found" and "no such account" both are 404; the account tells which.
func TestNothingFoundIsAnErrorWhenTheAccountIsWrong(t *testing.T) {
	nothing := always(http.StatusNotFound, `{"RestException":{"Status":404,"Message":"No matching results"}}`)
	r := read(newClient(t, nothing, nil), lastDays(1))
	if failure := failureOf(t, r.err); failure.Kind != exotel.KindNotFound {
		t.Errorf("got %v", failure)
	}
}

// A closed port is tried again, for the network may come back; only the pauses
// between the tries are in fake time. Systems give nobody such a low port by chance.
func TestAnUnreachableHost(t *testing.T) {
	passed := bubble(t, func(t *testing.T) {
		client := newClient(t, nil, func(o *exotel.Options) { o.BaseURL, o.Transport = "http://127.0.0.1:1", nil })
		failure := failureOf(t, read(client, lastDays(1)).err)
		if failure.Kind != exotel.KindNetwork || failure.Status != 0 || !strings.Contains(failure.Error(), "Check the internet connection") {
			t.Errorf("got %v", failure)
		}
	})
	if passed < 2*time.Second || passed > 15*time.Second {
		t.Errorf("gave up after %v", passed)
	}
}

func TestAnUnknownCertificateIsRefusedAtOnce(t *testing.T) {
	reached := false
	server := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached = true }))
	server.Config.ErrorLog = discard
	defer server.Close()
	passed := bubble(t, func(t *testing.T) {
		client := newClient(t, nil, func(o *exotel.Options) { o.BaseURL, o.Transport = server.URL, nil })
		failure := failureOf(t, read(client, lastDays(1)).err)
		if failure.Kind != exotel.KindTLS || !strings.Contains(failure.Error(), "Certificates are never ignored") {
			t.Errorf("got %v", failure)
		}
	})
	if passed > 0 || reached {
		t.Errorf("took %v, request sent: %v", passed, reached)
	}
}

func TestATokenReplacedMidwayMakesTheRangeIncomplete(t *testing.T) {
	account := newAccount(1247)
	account.SetFaults(exoteltest.Faults{RotatedToken: "the-new-token", RotateAfter: 5})
	r := read(newClient(t, account, nil), lastDays(1))
	failure := incomplete(t, r.err)
	if failureOf(t, r.err).Kind != exotel.KindCredentials || len(r.calls) != 500 {
		t.Errorf("read %d calls, then %v", len(r.calls), r.err)
	}
	if want := failure.Announced - 500; failure.Missing() != want {
		t.Errorf("%d missing, want %d", failure.Missing(), want)
	}
}
