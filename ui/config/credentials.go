package config

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"strings"

	"exotel-monitor/exotel"
)

// Credentials are what connects to an account. They print and log as the
// account's SID only.
type Credentials struct {
	BaseURL string // a region or a custom address, see exotel.ParseBaseURL
	SID     string
	Key     string
	Token   string
}

// Complete reports whether nothing is missing.
func (c Credentials) Complete() bool {
	return c.BaseURL != "" && c.SID != "" && c.Key != "" && c.Token != ""
}

// Check reports what is missing or cannot be an address.
func (c Credentials) Check() error {
	if _, err := exotel.ParseBaseURL(c.BaseURL); err != nil {
		return err
	}
	if !c.Complete() {
		return errors.New("API key, API token and account SID are all needed; they are in Exotel's dashboard under API settings")
	}
	return nil
}

// Trimmed is c without what comes along when a field is pasted: spaces, and what
// the address of a request has beside its host.
func (c Credentials) Trimmed() Credentials {
	c.BaseURL = strings.TrimSpace(c.BaseURL)
	if base, err := exotel.ParseBaseURL(c.BaseURL); err == nil {
		c.BaseURL = base.String()
	}
	return Credentials{
		BaseURL: c.BaseURL, SID: strings.TrimSpace(c.SID),
		Key: strings.TrimSpace(c.Key), Token: strings.TrimSpace(c.Token),
	}
}

// String shows no secret.
func (c Credentials) String() string { return "account " + c.SID }

// Format shows no secret, whatever the verb.
func (c Credentials) Format(out fmt.State, _ rune) { _, _ = io.WriteString(out, c.String()) }

// MarshalText shows no secret in JSON and logs.
func (c Credentials) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// Environment variables that name an account. They win over the keyring.
const (
	envKey       = "EXOTEL_API_KEY"
	envToken     = "EXOTEL_API_TOKEN"
	envSID       = "EXOTEL_ACCOUNT_SID"
	envSubdomain = "EXOTEL_SUBDOMAIN" // as Exotel's documents print it, see exotel.ParseBaseURL
)

// FromEnv reads what the environment says of the account. An account that is
// named without an address is on Exotel's Singapore region.
func FromEnv(getenv func(string) string) Credentials {
	c := Credentials{BaseURL: getenv(envSubdomain), SID: getenv(envSID), Key: getenv(envKey), Token: getenv(envToken)}.Trimmed()
	if c.BaseURL == "" && c.SID != "" && c.Key != "" && c.Token != "" {
		c.BaseURL = exotel.Singapore
	}
	return c
}

// Over is c where it says something and stored elsewhere.
func (c Credentials) Over(stored Credentials) Credentials {
	return Credentials{
		BaseURL: cmp.Or(c.BaseURL, stored.BaseURL), SID: cmp.Or(c.SID, stored.SID),
		Key: cmp.Or(c.Key, stored.Key), Token: cmp.Or(c.Token, stored.Token),
	}
}
