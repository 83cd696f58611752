package update

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestANewerReleaseIsTold(t *testing.T) {
	server := serve(t, says(feed))
	got, err := Check(t.Context(), trusting(t, server), server.URL+"/feed.json", current)
	if err != nil {
		t.Fatal(err)
	}
	if got == nil || got.Version != "1.2.0" || !got.Published.Equal(time.Date(2026, 11, 30, 10, 0, 0, 0, time.UTC)) ||
		got.Notes != "Faster.\n\n- and **calmer**" || got.Page != "https://example.com/releases/1.2.0" {
		t.Errorf("got %+v", got)
	}
}

func TestWhereNothingIsNewerNothingIsTold(t *testing.T) {
	server := serve(t, says(feed))
	for _, own := range []string{"1.2.0", "v1.2.0", "1.2.1", "2.0.0-rc.1"} {
		if got, err := Check(t.Context(), trusting(t, server), server.URL, own); got != nil || err != nil {
			t.Errorf("%s: got %+v, %v", own, got, err)
		}
	}
}

// TestAFirmsOwnComputerNeedsNoTLS: http is for loopback.
func TestAFirmsOwnComputerNeedsNoTLS(t *testing.T) {
	server := httptest.NewServer(says(feed))
	defer server.Close()
	if got, err := Check(t.Context(), server.Client(), server.URL, current); got == nil || err != nil {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestTheDefaultFeedIsReadUnlessAnotherIsNamed(t *testing.T) {
	asked := ""
	client := &http.Client{Transport: transport(func(r *http.Request) (*http.Response, error) {
		asked = r.URL.String()
		return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(feed)), Request: r}, nil
	})}
	before := DefaultFeed
	defer func() { DefaultFeed = before }()
	DefaultFeed = "https://default.example/feed.json"
	for named, want := range map[string]string{"": DefaultFeed, "https://firm.example/feed.json": "https://firm.example/feed.json"} {
		if _, err := Check(t.Context(), client, named, current); err != nil || asked != want {
			t.Errorf("%q: asked %s, %v", named, asked, err)
		}
	}
	DefaultFeed = ""
	if _, err := Check(t.Context(), client, "", current); err == nil || !strings.Contains(err.Error(), "Settings") {
		t.Errorf("without any: %v", err)
	}
}

// TestARequestTellsTheVersionAndNothingElse, on a redirect to another host too.
func TestARequestTellsTheVersionAndNothingElse(t *testing.T) {
	var seen []*http.Request
	last := serve(t, func(w http.ResponseWriter, r *http.Request) {
		seen = append(seen, r)
		says(feed)(w, r)
	})
	first := serve(t, func(w http.ResponseWriter, r *http.Request) {
		seen = append(seen, r)
		http.SetCookie(w, &http.Cookie{Name: "who", Value: "you"})
		http.Redirect(w, r, last.URL+"/files/feed.json?signed=1", http.StatusFound)
	})
	client := trusting(t, first, last)
	client.Jar, _ = cookiejar.New(nil)
	u, err := url.Parse(first.URL)
	if err != nil {
		t.Fatal(err)
	}
	client.Jar.SetCookies(u, []*http.Cookie{{Name: "kept", Value: "before"}})
	if got, err := Check(t.Context(), client, first.URL+"/feed.json", current); got == nil || err != nil {
		t.Fatalf("got %+v, %v", got, err)
	}
	if len(seen) != 2 {
		t.Fatalf("%d requests", len(seen))
	}
	for _, r := range seen {
		if r.Method != http.MethodGet || r.UserAgent() != "exotel-monitor/1.1.0" {
			t.Errorf("%s by %s", r.Method, r.UserAgent())
		}
		for name := range r.Header {
			switch name {
			case "User-Agent", "Accept", "Accept-Encoding":
			default:
				t.Errorf("%s: %s", name, r.Header.Get(name))
			}
		}
	}
	if seen[0].URL.RawQuery != "" {
		t.Errorf("query %q", seen[0].URL.RawQuery)
	}
}

func TestAFeedsAddressIsSecureAndTheSameForEverybody(t *testing.T) {
	for address, right := range map[string]bool{
		"":                                true,
		"https://example.com/feed.json":   true,
		"https://example.com:8443":        true,
		"http://127.0.0.1:8080/feed.json": true,
		"http://[::1]/feed.json":          true,
		"http://localhost/feed.json":      true,
		"http://example.com/feed.json":    false,
		"http://localhost.example.com/":   false,
		"http://192.168.1.5/feed.json":    false,
		"example.com/feed.json":           false,
		"file:///etc/passwd":              false,
		"ftp://example.com/feed.json":     false,
		"https:///feed.json":              false,
		"https://":                        false,
		"https://me@example.com/":         false,
		"https://me:secret@example.com/":  false,
		"https://example.com/?who=me":     false,
		"https://example.com/?":           false,
		"https://example.com/#me":         false,
		"https://example.com/%zz":         false,
		"https://exam ple.com/":           false,
	} {
		err := CheckFeed(address)
		if (err == nil) != right {
			t.Errorf("%q: %v", address, err)
		}
		if err != nil && (strings.Contains(err.Error(), "secret") || !strings.Contains(err.Error(), "https://")) {
			t.Errorf("%q: it says %q", address, err)
		}
		if address != "" && !right {
			refusing := &http.Client{Transport: transport(func(*http.Request) (*http.Response, error) {
				t.Errorf("%q was asked", address)
				return nil, errors.New("no")
			})}
			if _, err := Check(t.Context(), refusing, address, current); err == nil {
				t.Errorf("%q was accepted", address)
			}
		}
	}
}

func TestWhatIsNoFeedIsSaidWithWhatToDo(t *testing.T) {
	large := `{"version":"1.2.0","page":"https://example.com/","notes":"` + strings.Repeat("x", maxBody) + `"}`
	for name, test := range map[string]struct {
		answer http.HandlerFunc
		want   string
	}{
		"a web page":     {says("\n<!DOCTYPE html><html>Welcome</html>"), "it is a web page"},
		"nothing":        {says(""), "it cannot be read"},
		"half a feed":    {says(feed[:len(feed)/2]), "it cannot be read"},
		"two feeds":      {says(feed + feed), "it cannot be read"},
		"a huge one":     {says(large), "longer than 256 KB"},
		"not there":      {http.NotFound, "HTTP 404"},
		"a failure":      {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) }, "HTTP 502"},
		"a login":        {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) }, "HTTP 401"},
		"no content":     {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }, "HTTP 204"},
		"a broken one":   {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, "could not be reached"},
		"one cut off":    {cutOff, "could not be reached"},
		"to http":        {http.RedirectHandler("http://127.0.0.1:9/feed.json", http.StatusFound).ServeHTTP, "without https"},
		"to a file":      {http.RedirectHandler("file:///etc/passwd", http.StatusFound).ServeHTTP, "without https"},
		"with a user":    {http.RedirectHandler("https://me:secret@127.0.0.1:9/", http.StatusFound).ServeHTTP, "with a user"},
		"without an end": {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.Path+"x", http.StatusFound) }, "more than 3 times"},
	} {
		t.Run(name, func(t *testing.T) {
			server := serve(t, test.answer)
			got, err := Check(t.Context(), trusting(t, server), server.URL+"/feed.json", current)
			if got != nil || err == nil || !strings.Contains(err.Error(), test.want) {
				t.Fatalf("got %+v, %v", got, err)
			}
			host := strings.TrimPrefix(server.URL, "https://")
			if said := err.Error(); !strings.Contains(said, host) || !strings.Contains(said, "check ") || strings.Contains(said, "secret") {
				t.Errorf("it says %q", said)
			}
		})
	}
}

// cutOff announces more than it sends.
func cutOff(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "1000")
	_, _ = io.WriteString(w, feed[:100])
}

func TestAServerThatCannotProveWhoItIsIsNotRead(t *testing.T) {
	server := serve(t, says(feed))
	got, err := Check(t.Context(), trusting(t), server.URL, current)
	if got != nil || err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("got %+v, %v", got, err)
	}
}

// slowBody sends nothing until its request is given up.
type slowBody struct{ ctx context.Context }

func (b slowBody) Read([]byte) (int, error) {
	<-b.ctx.Done()
	return 0, b.ctx.Err()
}

func (slowBody) Close() error { return nil }

func TestASlowFeedIsGivenUpAfterTenSeconds(t *testing.T) {
	for name, answer := range map[string]transport{
		"no answer": func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		},
		"no end of it": func(r *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: http.StatusOK, Body: slowBody{r.Context()}, Request: r}, nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				_, err := Check(t.Context(), &http.Client{Transport: answer}, "https://example.com/", current)
				if took := time.Since(began); took != 10*time.Second {
					t.Errorf("after %v", took)
				}
				if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "within 10s") {
					t.Errorf("it says %v", err)
				}
			})
		})
	}
}

func TestACheckThatIsGivenUpSaysSo(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	_, err := Check(ctx, &http.Client{Transport: transport(func(r *http.Request) (*http.Response, error) {
		cancel()
		<-r.Context().Done()
		return nil, r.Context().Err()
	})}, "https://example.com/", current)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// TestAProgramWithoutVersionAsksNobody, and nothing of it gets into a header.
func TestAProgramWithoutVersionAsksNobody(t *testing.T) {
	for _, own := range []string{"", "(devel)", "1.2.0\r\nX-Who: me", "one"} {
		_, err := Check(t.Context(), &http.Client{Transport: transport(func(*http.Request) (*http.Response, error) {
			t.Errorf("%q: the feed was asked", own)
			return nil, errors.New("no")
		})}, "https://example.com/", own)
		if err == nil || !strings.Contains(err.Error(), "no version") {
			t.Errorf("%q: %v", own, err)
		}
	}
}
