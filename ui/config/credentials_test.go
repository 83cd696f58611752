package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"exotel-monitor/exotel"
)

var secret = Credentials{BaseURL: "https://api.in.exotel.com", SID: "acme1", Key: "KEYKEYKEY", Token: "TOKENTOKEN"}

func leaks(text string) bool {
	return strings.Contains(text, secret.Key) || strings.Contains(text, secret.Token)
}

func TestCredentialsPrintWithoutTheirSecrets(t *testing.T) {
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%10.3v"} {
		for _, value := range []any{secret, &secret, []Credentials{secret}, struct{ C Credentials }{secret}, map[string]Credentials{"c": secret}} {
			if text := fmt.Sprintf(verb, value); leaks(text) || strings.Contains(text, fmt.Sprintf("%x", secret.Key)) {
				t.Errorf("%s of %T: %s", verb, value, text)
			}
		}
	}
	if text := fmt.Sprint(secret); text != "account acme1" {
		t.Errorf("got %q", text)
	}
}

func TestCredentialsLogWithoutTheirSecrets(t *testing.T) {
	var out bytes.Buffer
	for _, handler := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
		log := slog.New(handler)
		log.Info("x", "c", secret)
		log.Info("x", "c", &secret)
		log.With("c", secret).Info("x", slog.Any("nested", struct{ C Credentials }{secret}))
		log.Info("x", "list", []Credentials{secret})
	}
	if leaks(out.String()) || strings.Count(out.String(), "account acme1") < 8 {
		t.Errorf("logged:\n%s", &out)
	}
}

func TestCredentialsEncodeWithoutTheirSecrets(t *testing.T) {
	text, err := json.Marshal(map[string]any{"c": secret, "nested": struct{ C *Credentials }{&secret}})
	if err != nil || leaks(string(text)) {
		t.Errorf("%s, %v", text, err)
	}
}

func TestErrorsAboutCredentialsDoNotContainThem(t *testing.T) {
	for _, c := range []Credentials{
		{Key: secret.Key, Token: secret.Token},
		{BaseURL: "https://" + secret.Key + ":" + secret.Token + "@gateway.example", SID: "a", Key: "k", Token: "t"},
		{BaseURL: "://" + secret.Key + ":" + secret.Token + "@x", SID: "a", Key: "k", Token: "t"},
		{BaseURL: "api.exotel.com", SID: "", Key: secret.Key, Token: secret.Token},
	} {
		if err := c.Check(); err == nil || leaks(err.Error()) {
			t.Errorf("got %v", err)
		}
	}
	if err := secret.Check(); err != nil {
		t.Error(err)
	}
}

func TestNoFileContainsCredentials(t *testing.T) {
	dir := t.TempDir()
	if err := NewKeyring().Save(t.Context(), secret); err != nil {
		t.Fatal(err)
	}
	if err := Default().Save(dir); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, fileName))
	if err != nil || leaks(string(text)) {
		t.Errorf("%s, %v", text, err)
	}
}

func TestEnvironmentNamesAnAccount(t *testing.T) {
	for _, test := range []struct {
		name string
		env  map[string]string
		want Credentials
	}{
		{"nothing", nil, Credentials{}},
		{"all", map[string]string{envSubdomain: "api.in.exotel.com", envSID: "a", envKey: "k", envToken: "t"},
			Credentials{BaseURL: exotel.Mumbai, SID: "a", Key: "k", Token: "t"}},
		{"an address as Exotel prints it", map[string]string{envSubdomain: "https://x:y@api.in.exotel.com/v1/", envSID: "a", envKey: "k", envToken: "t"},
			Credentials{BaseURL: exotel.Mumbai, SID: "a", Key: "k", Token: "t"}},
		{"no address", map[string]string{envSID: "a", envKey: "k", envToken: "t"},
			Credentials{BaseURL: exotel.Singapore, SID: "a", Key: "k", Token: "t"}},
		{"spaces of a paste", map[string]string{envSID: " a\n", envKey: "\tk", envToken: "t "},
			Credentials{BaseURL: exotel.Singapore, SID: "a", Key: "k", Token: "t"}},
		{"a part leaves the rest to the keyring", map[string]string{envToken: "t"}, Credentials{Token: "t"}},
	} {
		if got := FromEnv(func(name string) string { return test.env[name] }); got != test.want {
			t.Errorf("%s: got %#v of %s", test.name, got, got.BaseURL)
		}
	}
}

func TestEnvironmentWinsOverTheKeyringFieldByField(t *testing.T) {
	stored := Credentials{BaseURL: "b", SID: "s", Key: "k", Token: "t"}
	if got := (Credentials{Token: "mine"}).Over(stored); got != (Credentials{BaseURL: "b", SID: "s", Key: "k", Token: "mine"}) {
		t.Error("a part")
	}
	if got := secret.Over(stored); got != secret {
		t.Error("all")
	}
	if got := (Credentials{}).Over(stored); got != stored {
		t.Error("nothing")
	}
}
