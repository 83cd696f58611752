package exotel_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"exotel-monitor/exotel"
	"exotel-monitor/exotel/exoteltest"
)

// phone in a filter travels in the address of every request.
const phone = "08040000001"

var phoneDigits = regexp.MustCompile(`8\D?0\D?4\D?0\D?0\D?0\D?0\D?0\D?0\D?1`)

func mustHideSecrets(t *testing.T, where, text string) {
	t.Helper()
	basic := base64.StdEncoding.EncodeToString([]byte(testKey + ":" + testToken))
	for _, secret := range []string{testKey, testToken, basic} {
		if strings.Contains(text, secret) {
			t.Errorf("%s holds a credential: %s", where, text)
		}
	}
	if phoneDigits.MatchString(text) {
		t.Errorf("%s holds a phone number: %s", where, text)
	}
}

// Whatever goes wrong, neither errors nor log lines tell who asked for whom.
func TestErrorsAndLogsHoldNoSecrets(t *testing.T) {
	faults := map[string]http.Handler{
		"an answer that repeats the request": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprintf(w, "bad request: %s %v", r.RequestURI, r.Header)
		}),
		"a message with phone numbers": always(http.StatusBadRequest,
			`{"RestException":{"Status":400,"Message":"not yours: `+phone+`, +91 80400 00001 and 080-4000-0001"}}`),
		"a redirect that repeats the request": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Location", "https://other.example"+r.URL.RequestURI())
			w.WriteHeader(http.StatusFound)
		}),
		"an unreadable redirect": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Location", "http://[::1/?"+phone)
			w.WriteHeader(http.StatusFound)
		}),
		"a next page that repeats the request": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprintf(w, `{"Metadata":{"NextPageUri":"https://%s:%s@other.example%s"},"Calls":[{}]}`, testKey, testToken, r.URL.RequestURI())
		}),
	}
	for name, f := range failures {
		account := newAccount(100)
		account.SetFaults(f)
		faults[name] = account
	}
	for _, status := range []int{401, 402, 403, 404, 409, 429} {
		account := newAccount(100)
		account.SetFaults(exoteltest.Faults{FailStatus: status})
		faults[fmt.Sprint(status)] = account
	}
	for name, handler := range faults {
		synctest.Test(t, func(t *testing.T) {
			var mu sync.Mutex
			var log logbook
			atOnce := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if strings.Contains(r.URL.String(), testToken) || strings.Contains(r.URL.String(), testKey) || r.URL.User != nil {
					mu.Lock()
					defer mu.Unlock()
					t.Errorf("credentials in the address %s", r.URL)
				}
				handler.ServeHTTP(w, r)
			})
			client := newClient(t, atOnce, func(o *exotel.Options) { o.Log = log.logger() })
			query := lastDays(1)
			_, probeErr := client.Probe(t.Context())
			_, listErr := client.ExoPhones(t.Context())
			_, lineErr := client.Connectivity(t.Context(), phone)
			callsErr := read(client, query).err
			if callsErr == nil {
				t.Errorf("%s: no error", name)
			}
			for _, err := range []error{probeErr, listErr, lineErr, callsErr} {
				for text := err; text != nil; text = unwrap(text) {
					mustHideSecrets(t, name+": the error", fmt.Sprintf("%v %+v", text, text))
				}
			}
			mustHideSecrets(t, name+": the log", log.String())
			if log.Len() == 0 && probeErr != nil {
				t.Errorf("%s: nothing was logged", name)
			}
		})
	}
}

func unwrap(err error) error {
	if u, ok := err.(interface{ Unwrap() error }); ok {
		return u.Unwrap()
	}
	return nil
}

func TestCredentialsTravelInTheHeader(t *testing.T) {
	var got *http.Request
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r
		w.Write([]byte(`{"Account":{"Sid":"acme1"}}`))
	}))
	defer server.Close()
	client := newClient(t, nil, func(o *exotel.Options) {
		o.BaseURL, o.Transport = server.URL, nil
		o.Key, o.Token = " "+testKey+"\n", "\t"+testToken+"\r\n" // as pasted
	})
	if _, err := client.Probe(t.Context()); err != nil {
		t.Fatal(err)
	}
	if key, token, ok := got.BasicAuth(); !ok || key != testKey || token != testToken || got.URL.User != nil {
		t.Errorf("header %q, address %s", got.Header.Get("Authorization"), got.URL)
	}
}

func TestOptionsAndClientPrintWithoutSecrets(t *testing.T) {
	o := exotel.Options{BaseURL: exotel.Mumbai, SID: testSID, Key: testKey, Token: testToken}
	client, err := exotel.New(o)
	if err != nil {
		t.Fatal(err)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%d"} {
		mustHideSecrets(t, verb, fmt.Sprintf(verb, o)+fmt.Sprintf(verb, client))
	}
}

// A credential may hold what looks like an escape. It is hidden as it is, escaped
// by whoever repeats it, and with its own escapes undone.
func TestCredentialsThatLookEscapedAreHidden(t *testing.T) {
	const percentAndAmpersand = `&6%432e-token`
	for name, c := range map[string]struct{ token, text string }{
		"as it is":                             {percentAndAmpersand, `&6%432e-token`},
		"in a query":                           {percentAndAmpersand, `%266%25432e-token`},
		"in HTML":                              {percentAndAmpersand, `&amp;6%432e-token`},
		"in HTML and JSON":                     {percentAndAmpersand, `\u0026amp;6%432e-token`},
		"in JSON and twice in a query":         {`a%41&"b-token`, `a%252541%2526%255C%2522b-token`},
		"in HTML and a query":                  {percentAndAmpersand, `%26amp%3B6%25432e-token`},
		"a backslash in HTML":                  {`\x41"-token`, `\x41&#34;-token`},
		"an entity in JSON":                    {`&lt;\"-token`, `&lt;\\\"-token`},
		"an address that leaves escapes":       {`a%41<b-token`, `a%41%3Cb-token`},
		"decoded":                              {percentAndAmpersand, `&6C2e-token`},
		"decoded, in HTML":                     {percentAndAmpersand, `&amp;6C2e-token`},
		"decoded in part":                      {`%zz%2Fa-token`, `%zz/a-token`},
		"decoded, though a percent sign stays": {`%41%2525-token`, `A%25-token`},
	} {
		got := exotel.NewSecrets(testKey, c.token).Hide("no " + c.text + ".")
		if want := "no •••."; got != want {
			t.Errorf("%s: %q became %q, want %q", name, c.text, got, want)
		}
	}
}
