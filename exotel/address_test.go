package exotel_test

import (
	"strings"
	"testing"

	"exotel-monitor/exotel"
)

func TestAddressesAsExotelPrintsThem(t *testing.T) {
	for text, want := range map[string]string{
		"api.exotel.com":                                 exotel.Singapore,
		"api.in.exotel.com":                              exotel.Mumbai,
		" API.in.Exotel.com\n":                           exotel.Mumbai,
		"@api.in.exotel.com":                             exotel.Mumbai,
		"@api.exotel.com/":                               exotel.Singapore,
		"https://@api.in.exotel.com/v1/":                 exotel.Mumbai,
		"https://api.in.exotel.com":                      exotel.Mumbai,
		"https://api.in.exotel.com///":                   exotel.Mumbai,
		"https://api.in.exotel.com/v1":                   exotel.Mumbai,
		"https://api.in.exotel.com/v1/":                  exotel.Mumbai,
		"api.in.exotel.com/v2_beta/":                     exotel.Mumbai,
		"HTTPS://api.in.exotel.com/v1/Accounts":          exotel.Mumbai,
		"https://api.exotel.com/v1/Accounts/acme1/Calls": exotel.Singapore,
		"https://api.in.exotel.com/v2/accounts/acme1/incoming-phone-numbers":                  exotel.Mumbai,
		"https://<your_api_key>:<your_api_token>@api.exotel.com/v1/Accounts/<your_sid>/Calls": exotel.Singapore,
		"https://" + testKey + ":" + testToken + "@api.in.exotel.com/v1/Accounts/acme1.json":  exotel.Mumbai,
		// Others' addresses are a gateway's, whose path is its own.
		"https://gateway.example/exotel":             "https://gateway.example/exotel",
		"https://gateway.example/exotel/v1/":         "https://gateway.example/exotel",
		"https://gateway.example/v1/exotel":          "https://gateway.example/v1/exotel",
		"https://gateway.example/exotel/v1/Accounts": "https://gateway.example/exotel",
		"https://Gateway.example:8443/a%2Fb/":        "https://gateway.example:8443/a%2Fb",
		"http://127.0.0.1:3000/v1/":                  "http://127.0.0.1:3000",
		"http://localhost:3000":                      "http://localhost:3000",
	} {
		base, err := exotel.ParseBaseURL(text)
		if err != nil || base.String() != want || base.User != nil {
			t.Errorf("%q is %v, %v; want %s", text, base, err, want)
		}
	}
}

func TestAddressesThatAreRefused(t *testing.T) {
	const user = "user name or password"
	for text, says := range map[string]string{
		"":                        "is empty",
		" / ":                     "is empty",
		"@":                       "is empty",
		"<subdomain>":             "for <subdomain> put",
		"https://<subdomain>/v1/": "for <subdomain> put",
		"@<subdomain>":            "for <subdomain> put",
		"https://<your_api_key>:<your_api_token><subdomain>/v1/Accounts/<your_sid>/Calls": "for <subdomain> put",
		"https://" + testKey + ":" + testToken + "<subdomain>/v1/Accounts/acme1":          "for <subdomain> put",
		"https://" + testKey + ":" + testToken + "@gateway.example":                       user,
		"https://api.exotel.com@gateway.example":                                          user,
		"https://" + testKey + ":t/" + testToken + "@api.exotel.com":                      user,
		"https://" + testKey + ":" + testToken + "%zz@gateway.example":                    user,
		"https://" + testKey + ":" + testToken:                                            "cannot be read",
		"https://api.exotel.com:" + testToken:                                             "cannot be read",
		"http://api.exotel.com":                                                           "must begin with https://",
		"http://" + testToken + ".example/":                                               "must begin with https://",
		"http://" + testKey + ":" + testToken + "@api.exotel.com":                         "must begin with https://",
		"ftp://" + testToken + ".example/":                                                "must begin with https://",
		"https://api.exotel.com/v1?token=" + testToken:                                    "must not contain ? or #",
		"https://api.exotel.com/#" + testToken:                                            "must not contain ? or #",
	} {
		base, err := exotel.ParseBaseURL(text)
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q is %v, %v; want %q", text, base, err, says)
			continue
		}
		if mustHideSecrets(t, "the error", err.Error()); !strings.Contains(err.Error(), "api.") && !strings.Contains(err.Error(), "https://") && says != user {
			t.Errorf("%q: %v does not say what to write", text, err)
		}
	}
}
