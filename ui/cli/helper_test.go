package cli

import (
	"log"
	"log/slog"
	"os"
	"testing"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/exotel/exoteltest"
	"exotel-monitor/ui/config"
	"exotel-monitor/ui/jsonapi"

	"github.com/zalando/go-keyring"
)

func TestMain(m *testing.M) {
	if where := os.Getenv(drainFrom); where != "" {
		if err := drainMonth(where); err != nil {
			log.Fatal(err)
		}
		return
	}
	keyring.MockInit() // no test asks this computer's own keyring
	os.Exit(m.Run())
}

// sampleDay is a settled day that has the guide's calls.
var sampleDay = time.Now().In(exotel.India).AddDate(0, 0, -10)

// startAccount serves a fake account with the sample day and names it in the
// environment.
func startAccount(t *testing.T) *exoteltest.Account {
	t.Helper()
	account := exoteltest.New(exoteltest.Options{})
	account.Add(exoteltest.SampleDay(sampleDay, exotel.India)...)
	server, err := exoteltest.Start(account)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	setEnv(t, server.URL, "acme1", "key", "token")
	return account
}

func setEnv(t *testing.T, base, sid, key, token string) {
	t.Helper()
	t.Setenv("EXOTEL_SUBDOMAIN", base)
	t.Setenv("EXOTEL_ACCOUNT_SID", sid)
	t.Setenv("EXOTEL_API_KEY", key)
	t.Setenv("EXOTEL_API_TOKEN", token)
}

var silence = slog.New(slog.DiscardHandler)

func parse(t *testing.T, args ...string) Options {
	t.Helper()
	o, err := Parse(args, func(string) string { return t.TempDir() })
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func unlimited() config.Settings {
	s := config.Default()
	s.RatePerMinute = 0
	return s
}

func sampleMetrics(calls int) jsonapi.Metrics { return jsonapi.Metrics{TotalCalls: calls} }
