package exotel

import (
	"net/url"
	"strings"
	"testing"
)

func TestNumberKey(t *testing.T) {
	for key, forms := range map[string][]string{
		"8040000010":      {"08040000010", "8040000010", "918040000010", "+918040000010", "+91 80400 00010", "080-4000-0010", "(080) 4000.0010", "00918040000010"},
		"1860":            {"1860"},
		"":                {""},
		"sip:agent17":     {"sip:agent17"},
		"sip:reception17": {"sip:reception17"},
		"anonymous":       {"anonymous"},
		"+":               {"+"},
	} {
		for _, form := range forms {
			if got := NumberKey(form); got != key {
				t.Errorf("NumberKey(%q) = %q, want %q", form, got, key)
			}
		}
	}
}

func TestMask(t *testing.T) {
	for number, want := range map[string]string{
		"08040000010": "08••••••010", "+918040000010": "91•••••••010", "12345678": "•••", "1860": "•••", "": "•••", "sip:agent17": "•••",
	} {
		if got := mask(number); got != want {
			t.Errorf("mask(%q) = %q, want %q", number, got, want)
		}
	}
}

func TestBaseURLs(t *testing.T) {
	for text, want := range map[string]string{
		"api.exotel.com":                   "https://api.exotel.com",
		" https://api.in.exotel.com/ ":     "https://api.in.exotel.com",
		"HTTPS://api.in.exotel.com":        "https://api.in.exotel.com",
		"https://gateway.example/exotel/":  "https://gateway.example/exotel",
		"https://gateway.example:8443/a/b": "https://gateway.example:8443/a/b",
		"http://localhost:8080":            "http://localhost:8080",
		"http://127.0.0.1:8080/x":          "http://127.0.0.1:8080/x",
		"http://[::1]:8080":                "http://[::1]:8080",
		"":                                 "",
		"https://":                         "",
		"https:///path":                    "",
		"http://api.exotel.com":            "",
		"http://localhost.example.com":     "",
		"http://127.0.0.1.example.com":     "",
		"http://10.0.0.1":                  "",
		"ftp://api.exotel.com":             "",
		"file:///etc/passwd":               "",
		"https://api.exotel.com@evil.com":  "",
		"https://api.exotel.com?x=1":       "",
		"https://api.exotel.com#x":         "",
		"https://api.exotel.com:port":      "",
		"https://api exotel.com":           "",
	} {
		got := ""
		if base, err := ParseBaseURL(text); err == nil {
			got = base.String()
		} else if !strings.Contains(err.Error(), "API address") {
			t.Errorf("%q: %v", text, err)
		}
		if got != want {
			t.Errorf("ParseBaseURL(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestFollow(t *testing.T) {
	from, _ := url.Parse("https://gateway.example/exotel/v1/Accounts/acme1/Calls.json?PageSize=100")
	const path = "https://gateway.example/exotel/v1/Accounts/acme1/Calls.json"
	for next, want := range map[string]string{
		"/v1/Accounts/acme1/Calls.json?After=x":                                     path + "?After=x",
		"https://gateway.example/v1/Accounts/acme1/Calls.json?After=x":              path + "?After=x",
		"//GATEWAY.example/v1/Accounts/acme1/Calls.json?After=x":                    path + "?After=x",
		"/elsewhere/../../x?After=x":                                                path + "?After=x",
		"/p?DateCreated=gte:2026-06-11 00:00:00;lte:2026-06-12 00:00:00&After=MQ==": path + "?DateCreated=gte%3A2026-06-11+00%3A00%3A00%3Blte%3A2026-06-12+00%3A00%3A00&After=MQ%3D%3D",
		"/p?DateCreated=gte%3A2026-06-11+00%3A00%3A00&SortBy=DateCreated:asc":       path + "?DateCreated=gte%3A2026-06-11+00%3A00%3A00&SortBy=DateCreated%3Aasc",
		"/p?After=a%2Bb%2F%3D":                                                      path + "?After=a%2Bb%2F%3D",
		"/p?After=a%zz&x":                                                           path + "?After=a%25zz&x=",
		"/p?After=http://other/":                                                    path + "?After=http%3A%2F%2Fother%2F",
		"https://other.example/v1/Accounts/acme1/Calls.json?After=x":                "",
		"//other.example/v1?After=x":                                                "",
		"https://gateway.example:444/v1?After=x":                                    "",
		"https://gateway.example.other.example/v1?After=x":                          "",
		"https://gateway.example@other.example/v1?After=x":                          "",
		"https://user@gateway.example/v1?After=x":                                   "",
		"http://gateway.example/v1?After=x":                                         "",
		"@other.example/v1?After=x":                                                 "",
		".other.example/v1?After=x":                                                 "",
		":443@other.example/v1?After=x":                                             "",
		"javascript:alert(1)":                                                       "",
		"https:/v1?After=x":                                                         path + "?After=x",
		"mailto:x@other.example?After=x":                                            "",
		"\\\\other.example\\v1?After=x":                                             "",
		"https://[::1?After=x":                                                      "",
		"%zz?After=x":                                                               "",
		"?After=x":                                                                  "",
		"//:443/v1?After=x":                                                         "",
	} {
		got := ""
		if target, err := nextURL(from, next); err == nil {
			got = target.String()
		}
		if got != want {
			t.Errorf("follow(%q) = %q, want %q", next, got, want)
		}
	}
}

func TestMessages(t *testing.T) {
	for body, want := range map[string]string{
		`{"RestException":{"Status":400,"Message":"Invalid parameter"}}`:                                              "Invalid parameter",
		`{"RestException":{"Status":400,"Message":"Invalid parameter","Code":"X"}}`:                                   "Invalid parameter",
		`{"RestException":{"Message":42}}`:                                                                            "42",
		`{"RestException":null}`:                                                                                      "",
		`{"response":{"error_data":{"code":1001,"message":"Not Found"}}}`:                                             "Not Found",
		`{"response":[{"error_data":{"message":"Not Found"}}]}`:                                                       "Not Found",
		`{"response":{"error":{"code":1,"message":"too many"}}}`:                                                      "too many",
		`<TwilioResponse><RestException><Status>404</Status><Message>None</Message></RestException></TwilioResponse>`: "None",
		"Authentication is required to view this page.\n":                                                             "Authentication is required to view this page.",
		"  two\n lines ":                        "two lines",
		"<html><body>Bad gateway</body></html>": "",
		`{"other":1}`:                           "",
		`{"RestException":`:                     "",
		"":                                      "",
		"not for 08040000010":                   "not for 08••••••010",
		"not for +91 80400 00010":               "not for +91•••••••010",
		"on 2026-11-19 14:22:33":                "on 2026-11-19 14:22:33",
		"bad \xff bytes":                        "bad bytes",
		strings.Repeat("é", 200):                strings.Repeat("é", 160) + "…",
	} {
		if got := new(Client).message([]byte(body), false); got != want {
			t.Errorf("message(%q) = %q, want %q", body, got, want)
		}
	}
}
