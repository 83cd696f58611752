package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"strings"

	"exotel-monitor/heartbeat"
	"exotel-monitor/heartbeat/monitor"
	"exotel-monitor/heartbeat/webhook"
	"exotel-monitor/ui/account"
	"exotel-monitor/ui/config"
)

// AppName is what the program calls itself in notifications.
const AppName = "Exotel Monitor"

// logLevels logs each change of the level.
func logLevels(log *slog.Logger) func(monitor.Snapshot) {
	last := heartbeat.Unknown
	return func(p monitor.Snapshot) {
		if p.Health.Level != last {
			last = p.Health.Level
			log.Info("ExoPhone health", "level", last.String())
		}
	}
}

// listen opens the webhook of an account, and prints its address to out.
func listen(ctx context.Context, a *account.Account, exposed bool, out io.Writer) error {
	err := a.Listen(ctx)
	if _, taken := errors.AsType[*net.OpError](err); taken {
		err = fmt.Errorf("%w; choose another address with --webhook", err)
	}
	if err != nil {
		return err
	}
	path := webhook.Path
	if exposed {
		path += "/<secret>" // output ends up in logs
	}
	fmt.Fprintf(out, "receiving heartbeats at http://%s%s\n", reachable(a.Reception().State().Listening), path)
	return nil
}

// leastSecret is how long a secret of the user's own must be.
const leastSecret = 16

// webhookSecret returns the secret from the environment or the keyring, which makes
// and keeps one if the account has none. The window's settings copy it.
func webhookSecret(ctx context.Context, of config.Credentials) (string, error) {
	if secret := os.Getenv("EXOTEL_WEBHOOK_SECRET"); secret != "" {
		if len(secret) < leastSecret {
			return "", fmt.Errorf("EXOTEL_WEBHOOK_SECRET must have at least %d characters, so that nobody guesses it", leastSecret)
		}
		if strings.ContainsFunc(secret, func(r rune) bool { return !inAddress(r) }) {
			return "", errors.New("EXOTEL_WEBHOOK_SECRET may have only letters, digits and - . _ ~ because it becomes a part of the webhook's address; choose another one")
		}
		return secret, nil
	}
	secret, err := config.NewKeyring().WebhookSecret(ctx, of, false)
	if err != nil {
		return "", fmt.Errorf("other computers can reach the webhook, so it needs a secret: %w; set EXOTEL_WEBHOOK_SECRET, or listen on 127.0.0.1 without a public URL", err)
	}
	return secret, nil
}

// inAddress reports whether a character means itself in every part of an address.
func inAddress(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-._~", r)
}
