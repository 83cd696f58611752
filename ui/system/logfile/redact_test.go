package logfile

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"exotel-monitor/heartbeat/webhook"
)

func TestPhoneNumbersKeepThreeDigits(t *testing.T) {
	for _, form := range []string{
		"9876543890", "09876543890", "919876543890", "+919876543890", "00919876543890", "+91 98765 43890", "+91-98765-43890",
		"98765-43890", "0 98765 43890", "(098) 7654-3890", "+91 (98) 7654 3890", "+91 - 98765 - 43890", "98.76.54.38.90", "987.6543.890",
		"9 8 7 6 5 4 3 8 9 0", "98765\u00a043890", "98765\u201143890", "\u202a+91 98765 43890\u202c", "%2B919876543890", "%2B91%2098765%2043890",
		"98765+43890", "98765\t43890", "12345890", "1234567890123456890",
	} {
		for _, around := range []string{"%s", "call from %s.", "sip:%s@10.0.0.1", "from=%s&to=x", "x%sx", `{"From":"%s"}`, "2026-11-19 %s 14:22:33"} {
			text := fmt.Sprintf(around, form)
			got := redact(text)
			rest := divider.ReplaceAllString(got, "")
			if !strings.Contains(got, "••• 890") || strings.Contains(rest, "3890") || strings.Contains(rest, "5890") || strings.Contains(rest, "6890") {
				t.Errorf("%q became %q", text, got)
			}
		}
	}
}

func TestNumbersInOtherLettersAreNumbers(t *testing.T) {
	if got := redact("from ९८७६५४३८९०"); got != "from ••• ८९०" {
		t.Errorf("got %q", got)
	}
}

func TestWhatIsNoNumberStaysReadable(t *testing.T) {
	for _, text := range []string{
		"", "alert 1234567", "id=1234567, 45 s, 12 of 345 calls", "call lasted 3600 s", "1860", "HTTP 429",
		"on 2026-11-19 14:22:33", "2026-11-19T14:22:33Z", "2026-11-19T14:22:33.123+05:30", "2026-11-19 14:22:33 +0530 IST", "2026-11-19T14:22:33-07:00",
		"2026-11-19 40 calls", "40 2026-11-19", "2026-11-01..2026-11-19", "19.11.2026", "19-11-2026", "14:22:33 to 15:22:33", "until 15:04",
		"1h2m3s", "12.345s", "250ms", "took 1h2m3.123s, then 0.5s",
		"call 0f3c9a7be1d24c58a6b7c8d9e0f1162m", "call 0f3c9a7be1d24c58a6b7123456789012", "exophone acme1",
		"dial tcp 192.168.100.200:3000: connect: connection refused", "127.0.0.1", "[::1]:3001",
		"The keys are right: HTTP 403", "user name of Basic authentication", "the token is empty", "08••••••010",
		"https://api.in.exotel.com/v1/Accounts/acme1/Calls.json?PageSize=100", "write a@example.com", "1,24,700 calls",
		"exotel-monitor/heartbeat/webhook/handler.go:137", "open /home/x/.local/share/exotel-monitor/calls.db: no such file",
	} {
		if got := redact(text); got != text {
			t.Errorf("%q became %q", text, got)
		}
	}
}

func TestTimesAndDurationsEndAfterThreeDecimals(t *testing.T) {
	for text, want := range map[string]string{
		"1h2m3.123456789s":                    "1h2m3.123s",
		"250.123456ms, 1.5µs":                 "250.123ms, 1.5µs",
		"2026-11-19T14:22:33.123456789Z":      "2026-11-19T14:22:33.123Z",
		"2026-11-19 14:22:33.123456789 +0530": "2026-11-19 14:22:33.123 +0530",
	} {
		if got := redact(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}

// TestWhatLooksReadableMayBeAPartOfANumber: dates and addresses of computers in
// the middle of more digits.
func TestWhatLooksReadableMayBeAPartOfANumber(t *testing.T) {
	for _, text := range []string{
		"91.98.76.54.32.10", "98.76.54.32 10", "91 98.76.54.32", "+91.98.76.54", "91-2026-11-19", "2026-11-19-40", "2040.10.10.123",
		"9876543210987654321098765432109", "98765432109876543210987654321098",
	} {
		if got := redact(text); !strings.HasPrefix(got, "••• ") || len(digits.FindString(got)) > shownDigits {
			t.Errorf("%q became %q", text, got)
		}
	}
}

// places are texts with a secret at %s.
var places = []string{
	"token=%s", "token: %s", "Token:%s}", "{BaseURL:https://a SID:b Key:%s Token:x}", `{"token":"%s"}`, `{"api_key": "%s", "x": 1}`,
	`say \"secret\":\"%s\" again`, "password='%s'", "EXOTEL_API_TOKEN=%s", "EXOTEL_API_KEY=%s", "EXOTEL_WEBHOOK_SECRET=%s", "apiKey=%s&page=1",
	"?access_token=%s&x", "client-secret = %s", "passphrase: %s", "Authorization: Basic %s", "authorization=[Bearer %s]", "map[Authorization:[Token %s]]",
	"Cookie: a=b; session=%s", "Bearer %s", "basic  %s,", "https://%s@api.exotel.com/v1", "https://key:%s@api.exotel.com", "https://%s:x@h", "https://a:b@%s@h/",
	"curl -u keykeykey:%s@api.exotel.com", "-----BEGIN OPENSSH PRIVATE KEY-----\n%s\n-----END OPENSSH PRIVATE KEY-----", "-----BEGIN RSA PRIVATE KEY-----\n%s",
	"https://x.ngrok.app/webhook/heartbeat/%s", "POST /webhook/heartbeat/%s?x HTTP/1.1", `Post "https://x/webhook/heartbeat/%s": EOF`,
}

func TestSecretsAreHidden(t *testing.T) {
	for _, place := range places {
		const secret = "aB3dE6gH9jK2mN5p"
		if got := redact(fmt.Sprintf(place, secret)); strings.Contains(got, secret) || !strings.Contains(got, hidden) {
			t.Errorf("%q became %q", place, got)
		}
	}
}

func TestSecretsOfKnownFormsAreHiddenWhereverTheyStand(t *testing.T) {
	secret := webhook.NewSecret()
	for name, text := range map[string]string{
		"the webhook's":      secret,
		"the webhook's path": webhook.PathFor("chosen word/€"),
		"hexadecimal":        strings.Repeat("0a", 24),
	} {
		if got := redact("see " + text + " there"); strings.Contains(got, text) || !strings.HasPrefix(got, "see ") || !strings.HasSuffix(got, hidden+" there") {
			t.Errorf("%s became %q", name, got)
		}
	}
}

func TestWhatIsAroundASecretStays(t *testing.T) {
	for text, want := range map[string]string{
		`Get "https://k:t@api.exotel.com/v1?api_key=abc&page=2": EOF`: `Get "https://•••@api.exotel.com/v1?api_key=•••&page=2": EOF`,
		`{"token":"abc","page":2}`:                                    `{"token":•••,"page":2}`,
		"token=abc from 9876543210 on 2026-11-19":                     "token=••• from ••• 210 on 2026-11-19",
	} {
		if got := redact(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}

// FuzzRedact puts a number in one of its forms and a secret in one of its places
// between any texts.
func FuzzRedact(f *testing.F) {
	forms := []string{"%s%s%s", "+91%s%s%s", "0%s%s%s", "+91 %s-%s-%s", "(%s) %s.%s", "%s %s %s", "0091 %s%s %s", "%%2B91%s%%20%s%s"}
	for i, around := range []string{"", "2026-11-19 ", "token=", `cookie="`, "0f3c9a7be1d24c58a6b7c8d9e0f1162m", "10.0.0.1", "3.5s", `\"`, "from +", "-----BEGIN X PRIVATE KEY-----"} {
		f.Add(around, around, uint64(i*987654321), uint8(i))
	}
	f.Fuzz(func(t *testing.T, before, after string, seed uint64, which uint8) {
		number := fmt.Sprintf("%010d", 2_000_000_000+seed%7_999_999_999)
		sum := sha256.Sum256([]byte(number))
		secret := "s" + hex.EncodeToString(sum[:8])
		if which%2 == 0 {
			secret = base64.StdEncoding.EncodeToString(sum[:18])
			secret = strings.NewReplacer("/", "A", "+", "B").Replace(secret) // what an address cannot hold is encoded in it
		}
		if strings.Contains(before+after, secret) || strings.Contains(onlyDigits(before+after), number) {
			return // it was not put there
		}
		form := fmt.Sprintf(forms[int(which)%len(forms)], number[:3], number[3:6], number[6:])
		if got := redact(before + " " + form + " " + after); strings.Contains(onlyDigits(got), number) {
			t.Errorf("%s in %q: %q", form, before+"…"+after, got)
		}
		place := fmt.Sprintf(places[int(which)%len(places)], secret)
		if got := redact(before + " " + place + " " + after); strings.Contains(got, secret) {
			t.Errorf("%s in %q: %q", place, before+"…"+after, got)
		}
	})
}

func onlyDigits(text string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, text)
}
