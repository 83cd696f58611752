package update

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"testing"
)

// The feed of most tests: 1.2.0 is newer than current.
const (
	current = "1.1.0"
	feed    = `{
		"version": "1.2.0", "published": "2026-11-30T10:00:00Z", "notes": "Faster.\n\n- and **calmer**",
		"page": "https://example.com/releases/1.2.0",
		"downloads": {
			"linux-amd64-deb": "https://example.com/monitor_1.2.0_amd64.deb",
			"linux-amd64-rpm": "https://example.com/monitor-1.2.0.x86_64.rpm",
			"windows-amd64": "https://example.com/monitor-1.2.0-setup.exe",
			"darwin": "https://example.com/monitor-1.2.0.dmg"
		}
	}`
)

// serve answers over TLS, and says where.
func serve(t *testing.T, answer http.HandlerFunc) *httptest.Server {
	t.Helper()
	server := httptest.NewUnstartedServer(answer)
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // clients that do not trust it are meant
	server.StartTLS()
	t.Cleanup(server.Close)
	return server
}

// trusting is a client that trusts the servers, and reaches nothing but them.
func trusting(t *testing.T, servers ...*httptest.Server) *http.Client {
	t.Helper()
	roots := x509.NewCertPool()
	for _, server := range servers {
		roots.AddCert(server.Certificate())
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

func says(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, body) }
}

// transport answers without a network, for tests in fake time.
type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
