package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"

	"exotel-monitor/exotel"
	"exotel-monitor/exotel/exoteltest"
	"exotel-monitor/ui/config"
)

// Demo starts the embedded demo account and returns what connects to it. close
// ends it.
func Demo(s config.Settings) (c config.Credentials, close func(), err error) {
	zone, err := s.Location()
	if err != nil {
		return c, nil, err
	}
	const sid, key, token = "demo", "demo", "demo"
	server, err := exoteltest.Start(exoteltest.New(exoteltest.Options{
		SID: sid, Key: key, Token: token, Zone: zone, CallsPerDay: demoCallsPerDay,
	}))
	if err != nil {
		return c, nil, fmt.Errorf("the demo account could not be started: %w", err)
	}
	return config.Credentials{BaseURL: server.URL, SID: sid, Key: key, Token: token}, server.Close, nil
}

const demoCallsPerDay = 1247

// Client makes the client of an account under the user's settings.
func Client(c config.Credentials, s config.Settings, log *slog.Logger) (*exotel.Client, error) {
	zone, err := s.Location()
	if err != nil {
		return nil, err
	}
	return exotel.New(exotel.Options{
		BaseURL: c.BaseURL, SID: c.SID, Key: c.Key, Token: c.Token,
		Zone: zone, RatePerMinute: s.ClientRate(), Log: log,
	})
}

// connect finds the account that the command line, the environment or the
// keyring names, in this order.
func connect(ctx context.Context, o Options, s config.Settings, log *slog.Logger) (*exotel.Client, config.Credentials, func(), error) {
	account, end := config.FromEnv(os.Getenv), func() {}
	if o.Demo {
		var err error
		if account, end, err = Demo(s); err != nil {
			return nil, account, nil, err
		}
		if o.rateLimit < 0 {
			s.RatePerMinute = 0 // there is nobody to spare
		}
	}
	if !account.Complete() {
		stored, err := config.NewKeyring().Load(ctx)
		if account = account.Over(stored); !account.Complete() {
			return nil, account, nil, errors.Join(errNoAccount, err)
		}
	}
	client, err := Client(account, s, log)
	if err != nil {
		end()
		return nil, account, nil, err
	}
	return client, account, func() { client.Close(); end() }, nil
}

var errNoAccount = errors.New("no account is known: set EXOTEL_API_KEY, EXOTEL_API_TOKEN and EXOTEL_ACCOUNT_SID, connect one in the window, or add --demo")
