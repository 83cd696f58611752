package text

import (
	"context"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"syscall"

	"exotel-monitor/exotel"
)

// This file says in a person's words why no answer came from Exotel. What the
// system said of it is in the log, and in Details.

// Details returns what the system said of an error that Error tells in other words,
// "" if there is no more than Error says.
func Details(err error) string {
	if answer, ok := errors.AsType[*exotel.Error](err); ok && cameNoAnswer(answer) && answer.Err != nil {
		return Sentence(answer.Err.Error())
	}
	return ""
}

// Short is Reason without why no answer came from Exotel, for places beside one
// that says it.
func Short(err error) string {
	if answer, ok := errors.AsType[*exotel.Error](err); ok && cameNoAnswer(answer) {
		return Tr(answer.Headline())
	}
	return Reason(err)
}

// cameNoAnswer reports whether Exotel gave no answer, so that the cause is in the
// system's words.
func cameNoAnswer(e *exotel.Error) bool {
	return e.Kind == exotel.KindNetwork || e.Kind == exotel.KindTLS
}

// unreachedReason says why no answer came, as the part of a sentence.
func unreachedReason(e *exotel.Error) string {
	if e.Kind == exotel.KindTLS {
		return tlsReason(e)
	}
	lookup, isLookup := errors.AsType[*net.DNSError](e.Err)
	failed, isNet := errors.AsType[*net.OpError](e.Err)
	late, isLate := errors.AsType[net.Error](e.Err)
	switch {
	case isNet && failed.Op == "proxyconnect":
		return Tr("Exotel could not be reached: the proxy does not answer")
	case isLookup && !lookup.IsTimeout:
		return Tr("Exotel could not be reached: no internet connection?")
	case errors.Is(e.Err, context.DeadlineExceeded), isLate && late.Timeout():
		return Tr("Exotel did not answer in time")
	case errors.Is(e.Err, syscall.ECONNREFUSED):
		return Tr("Exotel could not be reached: the connection was refused")
	case isNet && failed.Op == "dial":
		return Tr("Exotel could not be reached: no internet connection?")
	case isNet, errors.Is(e.Err, io.EOF), errors.Is(e.Err, io.ErrUnexpectedEOF):
		return Tr("The connection to Exotel broke off")
	default:
		return Tr(e.Headline())
	}
}

// tlsReason says why a server could not prove that it is Exotel's.
func tlsReason(e *exotel.Error) string {
	invalid, isInvalid := errors.AsType[x509.CertificateInvalidError](e.Err)
	_, isUnknown := errors.AsType[x509.UnknownAuthorityError](e.Err)
	_, isOther := errors.AsType[x509.HostnameError](e.Err)
	switch {
	case isInvalid && invalid.Reason == x509.Expired:
		return Tr("No secure connection to Exotel: its certificate is out of date, or this computer's date is wrong")
	case isUnknown:
		return Tr("No secure connection to Exotel: this computer doesn't trust the certificate")
	case isOther:
		return Tr("No secure connection to Exotel: another server answered")
	default:
		return Tr(e.Headline())
	}
}
