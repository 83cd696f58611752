package config

import (
	"path/filepath"
	"strings"
	"testing"
)

func TestEachAccountHasAFolderOfItsOwn(t *testing.T) {
	seen := map[string]string{}
	for name, c := range map[string]Credentials{
		"one":            {BaseURL: "https://api.exotel.com", SID: "acme1"},
		"other region":   {BaseURL: "https://api.in.exotel.com", SID: "acme1"},
		"other case":     {BaseURL: "https://api.exotel.com", SID: "Acme1"},
		"out of the way": {BaseURL: "https://api.exotel.com", SID: "../../etc"},
		"no letters":     {BaseURL: "https://api.exotel.com", SID: "…/\\:"},
		"very long":      {BaseURL: "https://api.exotel.com", SID: strings.Repeat("x", 500)},
	} {
		folder := c.Folder("data")
		if inside, err := filepath.Rel(filepath.Join("data", "accounts"), folder); err != nil || strings.ContainsAny(inside, `/\:.`) || len(inside) > 60 {
			t.Errorf("%s: %s", name, folder)
		}
		if other, taken := seen[folder]; taken {
			t.Errorf("%s and %s share %s", name, other, folder)
		}
		seen[folder] = name
	}
}

func TestAnAccountHasOneFolderHoweverItsAddressIsWritten(t *testing.T) {
	if (Credentials{BaseURL: "api.exotel.com", SID: "a"}).Folder("d") != (Credentials{BaseURL: "https://api.exotel.com", SID: "a"}).Folder("d") {
		t.Error("two folders")
	}
}

func TestTheSecretIsInTheAddressOfAnExposedWebhookAlone(t *testing.T) {
	h := defaultHealth()
	if o := h.Reception("word", "data", "home"); o.Secret != "" || o.SSH != nil || o.Address != DefaultAddress {
		t.Errorf("on this computer: %+v", o)
	}
	h.PublicURL = "https://x.example"
	h.SSH = SSH{On: true, Server: "s", User: "u", Bind: "127.0.0.1:1"}
	if o := h.Reception("word", "data", "home"); o.Secret != "word" || o.PublicURL != h.PublicURL || o.SSH.Address != "s" || o.SSH.KnownHosts != filepath.Join("data", "known_hosts") {
		t.Errorf("exposed: %+v", o)
	}
}
