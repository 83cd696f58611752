package text

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"
	"testing"

	"exotel-monitor/exotel"
	"exotel-monitor/heartbeat/journal/file"
	"exotel-monitor/ui/uitest/sample"
)

func TestErrorText(t *testing.T) {
	partial := &exotel.IncompleteError{Tally: exotel.Tally{Received: 3, Announced: 5}}
	for _, tt := range []struct {
		err  error
		want string
	}{
		{nil, ""},
		{errors.New("the zone is wrong"), "The zone is wrong."},
		{partial, "Exotel's list ended before its own total."},
		{&exotel.IncompleteError{Err: sample.Refused}, sample.Refused.Reason() + " " + sample.Refused.Advice()},
		{fmt.Errorf("calls could not be kept in /home/asha/calls.db: %w", file.ErrInUse), "Another Exotel Monitor is using this account; use or quit that one."},
		{sample.ErrDiskFull, "The disk is full; free some space."},
		{errors.Join(errors.New("day"), sample.Refused), sample.Refused.Reason() + " " + sample.Refused.Advice()},
	} {
		if got := Error(tt.err); got != tt.want {
			t.Errorf("%v: %q, want %q", tt.err, got, tt.want)
		}
	}
}

// TestNetworkErrorsAreToldAsAPersonWould, and in the system's words on request only.
func TestNetworkErrorsAreToldAsAPersonWould(t *testing.T) {
	network := func(err error) *exotel.Error {
		return &exotel.Error{Op: "list calls", Kind: exotel.KindNetwork, Err: err}
	}
	secure := func(err error) *exotel.Error {
		return &exotel.Error{Op: "list calls", Kind: exotel.KindTLS, Err: err}
	}
	dial := func(cause error) error { return &net.OpError{Op: "dial", Net: "tcp", Err: cause} }
	for _, tt := range []struct {
		err  *exotel.Error
		want string
	}{
		{sample.Unreachable, "Exotel could not be reached: no internet connection? "},
		{network(dial(syscall.ENETUNREACH)), "Exotel could not be reached: no internet connection? "},
		{network(dial(&net.DNSError{Err: "i/o timeout", IsTimeout: true})), "Exotel did not answer in time. "},
		{network(dial(os.NewSyscallError("connect", syscall.ECONNREFUSED))), "Exotel could not be reached: the connection was refused. "},
		{network(&net.OpError{Op: "proxyconnect", Net: "tcp", Err: syscall.ECONNREFUSED}), "Exotel could not be reached: the proxy does not answer. "},
		{network(fmt.Errorf("no whole answer within 30s: %w", context.DeadlineExceeded)), "Exotel did not answer in time. "},
		{network(&net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET}), "The connection to Exotel broke off. "},
		{network(io.ErrUnexpectedEOF), "The connection to Exotel broke off. "},
		{network(errors.New("something new")), "Exotel could not be reached. "},
		{secure(&tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}), "No secure connection to Exotel: this computer doesn't trust the certificate. "},
		{secure(x509.CertificateInvalidError{Reason: x509.Expired}), "No secure connection to Exotel: its certificate is out of date, or this computer's date is wrong. "},
		{secure(x509.HostnameError{Certificate: &x509.Certificate{}, Host: "a"}), "No secure connection to Exotel: another server answered. "},
		{secure(tls.RecordHeaderError{Msg: "first record does not look like a TLS handshake"}), "No secure connection to Exotel. "},
	} {
		if got, want := Error(fmt.Errorf("a day: %w", tt.err)), tt.want+tt.err.Advice(); got != want {
			t.Errorf("%v: %q, want %q", tt.err.Err, got, want)
		}
		if got := Details(tt.err); got != Sentence(tt.err.Err.Error()) {
			t.Errorf("%v: details %q", tt.err.Err, got)
		}
		if got := Short(tt.err); got != tt.err.Headline() {
			t.Errorf("%v: short %q", tt.err.Err, got)
		}
	}
	for _, plain := range []error{nil, sample.Refused, sample.ErrDiskFull} {
		if got := Details(plain); got != "" {
			t.Errorf("%v: details %q", plain, got)
		}
	}
	if got := Short(sample.Refused); got != Reason(sample.Refused) {
		t.Errorf("what Exotel said is gone: %q", got)
	}
}
