package config

import (
	"crypto/sha256"
	"encoding/hex"
	"path/filepath"
	"strings"

	"exotel-monitor/exotel"
	"exotel-monitor/heartbeat/reception"
	"exotel-monitor/heartbeat/tunnel"
)

// Folder is where what belongs to the account alone is kept, in the data folder
// dir. Accounts of one SID in two regions are two.
func (c Credentials) Folder(dir string) string {
	base := c.BaseURL
	if u, err := exotel.ParseBaseURL(base); err == nil {
		base = u.String()
	}
	sum := sha256.Sum256([]byte(base + "\n" + c.SID))
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, strings.ToLower(c.SID))
	return filepath.Join(dir, "accounts", name[:min(len(name), 40)]+"-"+hex.EncodeToString(sum[:4]))
}

// Reception is how heartbeats are received by these settings: with the secret if
// others may reach the webhook. dir is the data folder, home the user's.
func (h Health) Reception(secret, dir, home string) reception.Options {
	o := reception.Options{Address: h.Address, PublicURL: h.PublicURL}
	if h.Exposed() {
		o.Secret = secret
	}
	if h.SSH.On {
		o.SSH = &tunnel.SSH{
			Address: h.SSH.Server, User: h.SSH.User, KeyFile: h.SSH.KeyFile, RemoteBind: h.SSH.Bind,
			KnownHosts: filepath.Join(dir, "known_hosts"), UserKnownHosts: filepath.Join(home, ".ssh", "known_hosts"),
		}
	}
	return o
}
