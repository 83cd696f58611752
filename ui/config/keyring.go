package config

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"exotel-monitor/heartbeat/webhook"

	"github.com/zalando/go-keyring"
	"golang.org/x/sync/semaphore"
)

// UnlockWait is how long the program waits for the user to unlock the keyring.
const UnlockWait = time.Minute

const (
	keyringService = "in.exotel-monitor.app"
	keyringUser    = "account"
	keyringWebhook = "webhook"
)

// webhookUser is whose entry holds the secret in an account's webhook address.
func webhookUser(of Credentials) string { return keyringWebhook + " " + filepath.Base(of.Folder("")) }

// Errors of a Keyring, for errors.Is.
var (
	// ErrNotStored means that the keyring works and holds no credentials.
	ErrNotStored = errors.New("no account is stored in the keyring")
	// ErrLocked means that the keyring was not unlocked.
	ErrLocked = errors.New("the keyring is locked; unlock it and try again")
	// ErrNoDefault is an ErrLocked of a keyring that may have nothing to unlock:
	// it has no keyring of the login, and no default one was opened.
	ErrNoDefault = errors.New("the keyring was not unlocked, or has no default keyring yet; unlock it, or create one, for example in Passwords and Keys, then try again")
	// ErrNoKeyring means that the system offers no keyring.
	ErrNoKeyring = errors.New("this system has no keyring that can be used; on Linux install and start a Secret Service such as gnome-keyring")
)

// Keyring keeps the credentials in the system's keyring and nowhere else. It
// asks one question at a time, because the system's dialogs confuse two. A
// question can wait for the user for ever; when the caller stops waiting, it
// goes on in the background and the next one queues behind it. Nobody waits
// longer than UnlockWait.
type Keyring struct{ turn *semaphore.Weighted }

// systemTurn is held by whoever asks the system's keyring.
var systemTurn = semaphore.NewWeighted(1)

// NewKeyring returns the system's keyring.
func NewKeyring() *Keyring { return &Keyring{turn: systemTurn} }

// stored is how Credentials lie in the keyring.
type stored struct {
	BaseURL string `json:"baseURL"`
	SID     string `json:"sid"`
	Key     string `json:"key"`
	Token   string `json:"token"`
}

// Load returns the stored credentials.
func (k *Keyring) Load(ctx context.Context) (Credentials, error) {
	return ask(ctx, k, func() (Credentials, error) {
		text, err := keyring.Get(keyringService, keyringUser)
		if err != nil {
			return Credentials{}, explain(err)
		}
		var c stored
		if json.Unmarshal([]byte(text), &c) != nil || !Credentials(c).Complete() {
			return Credentials{}, ErrNotStored
		}
		return Credentials(c), nil
	})
}

// Save stores the credentials in place of others, and reads them back once,
// because some keyrings report a dismissed dialog as success.
func (k *Keyring) Save(ctx context.Context, c Credentials) error {
	_, err := ask(ctx, k, func() (struct{}, error) {
		text, err := json.Marshal(stored(c))
		if err == nil {
			err = keyring.Set(keyringService, keyringUser, string(text))
		}
		if err != nil {
			return struct{}{}, explain(err)
		}
		if back, err := keyring.Get(keyringService, keyringUser); err != nil || back != string(text) {
			return struct{}{}, ErrLocked
		}
		return struct{}{}, nil
	})
	return err
}

// Forget removes the credentials; that there are none is no error.
func (k *Keyring) Forget(ctx context.Context) error {
	_, err := ask(ctx, k, func() (struct{}, error) {
		err := keyring.Delete(keyringService, keyringUser)
		if errors.Is(err, keyring.ErrNotFound) {
			err = nil
		}
		return struct{}{}, explain(err)
	})
	return err
}

// WebhookSecret returns the secret in an account's address of the webhook. Where
// there is none, or a new one is wanted, it is made. Each account has its own:
// heartbeats do not say whose they are, and those of an account that was shown
// before are not the next one's.
func (k *Keyring) WebhookSecret(ctx context.Context, of Credentials, renew bool) (string, error) {
	return ask(ctx, k, func() (string, error) {
		if !renew {
			secret, err := keyring.Get(keyringService, webhookUser(of))
			if !errors.Is(err, keyring.ErrNotFound) {
				return secret, explain(err)
			}
		}
		secret := webhook.NewSecret()
		return secret, explain(keyring.Set(keyringService, webhookUser(of), secret))
	})
}

// ask runs one question to the keyring off the caller's goroutine.
func ask[T any](ctx context.Context, k *Keyring, question func() (T, error)) (T, error) {
	type answer struct {
		value T
		err   error
	}
	var none T
	ctx, cancel := context.WithTimeout(ctx, UnlockWait)
	defer cancel()
	if ctx.Err() != nil {
		return none, notWaited(ctx)
	}
	if k.turn.Acquire(ctx, 1) != nil {
		return none, notWaited(ctx)
	}
	answers := make(chan answer, 1)
	go func() {
		defer k.turn.Release(1)
		value, err := question()
		answers <- answer{value, err}
	}()
	select {
	case a := <-answers:
		return a.value, a.err
	case <-ctx.Done():
		return none, notWaited(ctx)
	}
}

func notWaited(ctx context.Context) error {
	return fmt.Errorf("%w (%w)", ErrLocked, context.Cause(ctx))
}

func explain(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, keyring.ErrNotFound):
		return ErrNotStored
	case strings.Contains(err.Error(), "unlock") && strings.Contains(err.Error(), "aliases/default"):
		return fmt.Errorf("%w (%w: %w)", ErrLocked, ErrNoDefault, err)
	case strings.Contains(err.Error(), "unlock"), strings.Contains(err.Error(), "locked"):
		// Also when another program's signal on the session bus ended the wait
		// for the unlock dialog early.
		return fmt.Errorf("%w (%w)", ErrLocked, err)
	default:
		return fmt.Errorf("%w (%w)", ErrNoKeyring, err)
	}
}
