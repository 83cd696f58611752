package config

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zalando/go-keyring"
	"golang.org/x/sync/semaphore"
)

func TestMain(m *testing.M) {
	keyring.MockInit() // no test asks this computer's own keyring
	os.Exit(m.Run())
}

func TestKeyringGivesBackWhatWasSaved(t *testing.T) {
	keyring.MockInit()
	k := NewKeyring()
	if _, err := k.Load(t.Context()); !errors.Is(err, ErrNotStored) {
		t.Errorf("before: %v", err)
	}
	if err := k.Save(t.Context(), secret); err != nil {
		t.Fatal(err)
	}
	if got, err := NewKeyring().Load(t.Context()); err != nil || got != secret {
		t.Errorf("saved: %v, %v", got, err)
	}
	for range 2 { // that there are none is no error
		if err := k.Forget(t.Context()); err != nil {
			t.Errorf("forgotten: %v", err)
		}
	}
	if _, err := k.Load(t.Context()); !errors.Is(err, ErrNotStored) {
		t.Errorf("after: %v", err)
	}
}

func TestTheWebhooksSecretIsKeptBesideTheAccount(t *testing.T) {
	keyring.MockInit()
	k := NewKeyring()
	made := webhookSecret(t, secret, false)
	if err := errors.Join(k.Save(t.Context(), secret), k.Forget(t.Context())); err != nil {
		t.Fatal(err)
	}
	if got := webhookSecret(t, secret, false); got != made {
		t.Errorf("got %q, made was %q", got, made)
	}
	renewed := webhookSecret(t, secret, true)
	if got := webhookSecret(t, secret, false); renewed == made || got != renewed {
		t.Errorf("got %q, renewed to %q from %q", got, renewed, made)
	}
}

// webhookSecret is not empty.
func webhookSecret(t *testing.T, of Credentials, renew bool) string {
	t.Helper()
	secret, err := NewKeyring().WebhookSecret(t.Context(), of, renew)
	if err != nil || secret == "" {
		t.Fatalf("%q, %v", secret, err)
	}
	return secret
}

func TestEachAccountHasAWebhookSecretOfItsOwn(t *testing.T) {
	keyring.MockInit()
	word := webhookSecret(t, secret, false)
	renewed, other, elsewhere := secret, secret, secret
	renewed.Key, renewed.Token = "another key", "another token"
	other.SID = "another"
	elsewhere.BaseURL = "https://api.elsewhere.example"
	if got := webhookSecret(t, renewed, false); got != word {
		t.Errorf("with new keys: %q, not %q", got, word)
	}
	for _, account := range []Credentials{other, elsewhere} {
		if got := webhookSecret(t, account, false); got == word {
			t.Errorf("%s at %s: %q", account.SID, account.BaseURL, got)
		}
	}
}

func TestEntryThatIsNoAccountCountsAsNone(t *testing.T) {
	for _, text := range []string{"", "null", "{", `{"sid":"a","key":"k"}`, "password"} {
		keyring.MockInit()
		if err := keyring.Set(keyringService, keyringUser, text); err != nil {
			t.Fatal(err)
		}
		if _, err := NewKeyring().Load(t.Context()); !errors.Is(err, ErrNotStored) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestKeyringsErrorsAreOfThreeKinds(t *testing.T) {
	defer keyring.MockInit()
	for text, want := range map[string]error{
		"failed to unlock correct collection '/org/freedesktop/secrets/aliases/default'": ErrLocked,
		"Cannot get secret of a locked object":                                           ErrLocked,
		"The name org.freedesktop.secrets was not provided by any .service files":        ErrNoKeyring,
		"exec: \"dbus-launch\": executable file not found in $PATH":                      ErrNoKeyring,
	} {
		keyring.MockInitWithError(errors.New(text))
		k := NewKeyring()
		_, load := k.Load(t.Context())
		for what, err := range map[string]error{"load": load, "save": k.Save(t.Context(), secret), "forget": k.Forget(t.Context())} {
			if !errors.Is(err, want) || leaks(err.Error()) {
				t.Errorf("%s, %s: %v", text, what, err)
			}
		}
	}
}

// TestAKeyringThatMayHaveNothingToUnlockIsTold: its login's is found by name.
func TestAKeyringThatMayHaveNothingToUnlockIsTold(t *testing.T) {
	defer keyring.MockInit()
	for collection, want := range map[string]bool{"aliases/default": true, "collection/login": false} {
		keyring.MockInitWithError(fmt.Errorf("failed to unlock correct collection '/org/freedesktop/secrets/%s'", collection))
		_, err := NewKeyring().Load(t.Context())
		if errors.Is(err, ErrNoDefault) != want || !errors.Is(err, ErrLocked) {
			t.Errorf("%s: %v", collection, err)
		}
	}
}

// newTurn is a keyring whose turn nobody outside the test takes.
func newTurn() *Keyring { return &Keyring{turn: semaphore.NewWeighted(1)} }

func answer() (int, error) { return 7, nil }

func TestQuestionsAreAskedOneAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newTurn()
		var now, most atomic.Int32
		var all sync.WaitGroup
		for range 10 {
			all.Go(func() {
				_, err := ask(t.Context(), k, func() (int, error) {
					if n := now.Add(1); n > most.Load() {
						most.Store(n)
					}
					time.Sleep(time.Second)
					now.Add(-1)
					return 0, nil
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if most.Load() != 1 {
			t.Errorf("%d at a time", most.Load())
		}
	})
}

func TestAllKeyringsShareOneTurn(t *testing.T) {
	window, command := NewKeyring(), NewKeyring()
	if window.turn != command.turn {
		t.Error("two keyrings can ask at a time")
	}
}

func TestHangingQuestionIsNotWaitedForLongerThanTheBound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k, answered := newTurn(), make(chan struct{})
		hang := func() (int, error) { <-answered; return 0, nil }
		began := time.Now()
		if _, err := ask(t.Context(), k, hang); !errors.Is(err, ErrLocked) || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("it hangs: %v", err)
		}
		if took := time.Since(began); took != UnlockWait {
			t.Errorf("it took %v", took)
		}
		began = time.Now()
		if _, err := ask(t.Context(), k, answer); !errors.Is(err, ErrLocked) {
			t.Errorf("the next one queues behind it: %v", err)
		}
		if took := time.Since(began); took != UnlockWait {
			t.Errorf("the next one took %v", took)
		}
		close(answered)
		if got, err := ask(t.Context(), k, answer); err != nil || got != 7 {
			t.Errorf("after the dialog: %v, %v", got, err)
		}
	})
}

func TestCallerThatStopsWaitingIsFreeAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k, answered := newTurn(), make(chan struct{})
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(3*time.Second, cancel)
		began := time.Now()
		if _, err := ask(ctx, k, func() (int, error) { <-answered; return 0, nil }); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		if took := time.Since(began); took != 3*time.Second {
			t.Errorf("it took %v", took)
		}
		close(answered)
	})
}

func TestNothingIsAskedForACallerThatIsGone(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for range 20 {
		if _, err := ask(ctx, newTurn(), func() (int, error) { t.Error("asked"); return 0, nil }); err == nil {
			t.Error("answered")
		}
	}
}
