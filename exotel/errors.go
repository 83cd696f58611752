package exotel

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/url"
)

// Kind is a kind of failure. Programs decide by it what to offer the user.
type Kind string

// The kinds. The first group is Exotel's answer, by HTTP status (see API.md, Refusals),
// the second the way there, and the third an answer that cannot be trusted.
const (
	KindRequest       Kind = "request"      // 400, or refused before it was sent
	KindCredentials   Kind = "credentials"  // 401
	KindPlan          Kind = "plan"         // 402
	KindForbidden     Kind = "forbidden"    // 403
	KindNotFound      Kind = "not found"    // 404
	KindRateLimited   Kind = "rate limited" // 429
	KindServer        Kind = "server"       // any other status
	KindNetwork       Kind = "network"      // no connection, or it broke
	KindTLS           Kind = "tls"          // the server could not prove who it is
	KindBody          Kind = "body"         // truncated, or not the expected JSON
	KindForeignHost   Kind = "foreign host" // the credentials would have left the configured host
	KindPaging        Kind = "paging"       // the cursor repeats or never ends
	KindClock         Kind = "clock"        // Exotel's clock is days before or after the computer's
	adviceSettings         = "Check the API key and token; a regenerated token replaces the old one."
	adviceRegion           = "Check the account SID and the API address, and whether the account is on the Singapore or the Mumbai region."
	adviceForbidden        = "The keys are right but this computer may not use them: ask your Exotel administrator about the allowed IP addresses and the account's state."
	advicePlan             = "The account's plan doesn't include this, or its limit is used up. Contact Exotel support."
	adviceRate             = "The account's request limit is used up, perhaps by another system. Try again in a minute, or lower the rate limit."
	adviceServer           = "Exotel is having a problem. No action needed."
	adviceNetwork          = "Check the internet connection, the proxy and the region's address, then try again."
	adviceTLS              = "Check the region's address, the computer's date and any proxy that inspects traffic. Certificates are never ignored."
	adviceBody             = "The answer may come from a proxy, or be an error page of Exotel's. Try again; if this persists, contact Exotel support."
	adviceForeignHost      = "Check the API address; if it's right, contact Exotel support."
	adviceClock            = "Correct this computer's date and time, then try again. If they're right, a proxy may be altering Exotel's responses."
	adviceRequest          = "Change the range or the filters."
	adviceOwnRequest       = "Exotel did not accept the request. If this persists, contact Exotel support."
	advicePause            = "Nothing is sent to Exotel until then. Try again after that."
	advicePhoneList        = "This account may not have Exotel's ExoPhone API: ask Exotel support. Calls are loaded all the same."
	advicePhone            = "It may have been released; compare the ExoPhones in Exotel's dashboard."
)

// Values of Error.Op.
const (
	opProbe  = "test the connection"
	opCalls  = "list calls"
	opPhones = "list ExoPhones"
	opPhone  = "check an ExoPhone"
)

// Texts returns all results of Headline and Advice, for programs that translate them.
func Texts() []string {
	var all []string
	for _, kind := range []Kind{
		KindRequest, KindCredentials, KindPlan, KindForbidden, KindNotFound, KindRateLimited, KindServer,
		KindNetwork, KindTLS, KindBody, KindForeignHost, KindPaging, KindClock,
	} {
		for _, op := range []string{opProbe, opCalls, opPhones, opPhone} {
			for _, cause := range []error{nil, errLongPause} {
				e := &Error{Op: op, Kind: kind, Err: cause}
				all = append(all, e.Headline(), e.Advice())
			}
		}
	}
	return all
}

// Error is a failed request. It says what was tried, what came back and, with Advice,
// what the user can do. It never holds credentials, a request's query or a phone number.
type Error struct {
	Op      string // what was tried, such as "list calls"
	Kind    Kind
	Status  int    // 0 if no answer came
	Message string // Exotel's own words, shortened; may be empty
	Err     error  // the cause; may be nil
}

// Error returns what was tried, what happened, and what to do about it.
func (e *Error) Error() string {
	return e.Op + ": " + e.Reason() + " " + e.Advice()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Reason returns what happened, as a sentence of Headline and Detail.
func (e *Error) Reason() string { return e.Headline() + e.Detail() + "." }

// Headline returns in a few words what happened.
func (e *Error) Headline() string {
	switch e.Kind {
	case KindCredentials:
		return "Exotel refused the API key or token"
	case KindPlan:
		return "Not included in your plan"
	case KindForbidden:
		return "These keys aren't allowed from here"
	case KindNotFound:
		switch e.Op {
		case opPhones:
			return "ExoPhone list not found"
		case opPhone:
			return "ExoPhone not found"
		}
		return "Account not found"
	case KindRateLimited:
		return "Exotel asked us to wait"
	case KindServer:
		return "Exotel error"
	case KindNetwork:
		return "Exotel could not be reached"
	case KindTLS:
		return "No secure connection to Exotel"
	case KindBody:
		return "Exotel's answer could not be read"
	case KindForeignHost:
		return "Exotel pointed elsewhere, so keys were not sent"
	case KindPaging:
		return "Exotel's pages of calls were not followed"
	case KindClock:
		return "This computer's clock is wrong"
	default:
		return "The request was refused"
	}
}

// Detail returns what is known beyond the headline, to be appended to it: the cause, the
// HTTP status and Exotel's own words.
func (e *Error) Detail() string {
	detail := ""
	if e.Err != nil {
		detail = ": " + e.Err.Error()
	}
	if e.Status != 0 {
		detail += fmt.Sprintf(" (HTTP %d)", e.Status)
	}
	if e.Message != "" {
		detail += fmt.Sprintf(": %q", e.Message)
	}
	return detail
}

// Advice returns in a sentence or two what the user can do. It does not say what the
// program does next: a window tries again by itself, a report does not.
func (e *Error) Advice() string {
	switch e.Kind {
	case KindCredentials:
		return adviceSettings + " " + adviceRegion
	case KindPlan:
		return advicePlan
	case KindForbidden:
		return adviceForbidden
	case KindNotFound:
		switch e.Op {
		case opPhones:
			return advicePhoneList
		case opPhone:
			return advicePhone
		}
		return adviceRegion
	case KindRateLimited:
		if errors.Is(e.Err, errLongPause) {
			return advicePause
		}
		return adviceRate
	case KindServer:
		return adviceServer
	case KindNetwork:
		return adviceNetwork
	case KindTLS:
		return adviceTLS
	case KindBody, KindPaging:
		return adviceBody
	case KindForeignHost:
		return adviceForeignHost
	case KindClock:
		return adviceClock
	default:
		if e.Op != opCalls {
			return adviceOwnRequest
		}
		return adviceRequest
	}
}

// retryable reports whether the same request may succeed a little later.
func (e *Error) retryable() bool {
	switch e.Kind {
	case KindRateLimited, KindServer, KindNetwork, KindBody:
		return true
	}
	return false
}

func kindOf(status int) Kind {
	switch status {
	case http.StatusBadRequest:
		return KindRequest
	case http.StatusUnauthorized:
		return KindCredentials
	case http.StatusPaymentRequired:
		return KindPlan
	case http.StatusForbidden:
		return KindForbidden
	case http.StatusNotFound:
		return KindNotFound
	case http.StatusTooManyRequests:
		return KindRateLimited
	default:
		return KindServer
	}
}

// unreached returns the error of a request without a complete answer. It drops the
// address, whose query can hold phone numbers, and hides secrets in what may repeat a
// part of it, such as an unreadable redirect.
func (c *Client) unreached(op string, err error) *Error {
	if own, ok := errors.AsType[*Error](err); ok {
		return &Error{Op: op, Kind: own.Kind, Err: c.clean(own.Err)}
	}
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		err = wrapped.Err
	}
	kind := KindNetwork
	if errors.Is(err, context.DeadlineExceeded) {
		err = fmt.Errorf("no whole answer within %v: %w", requestTimeout, err)
	}
	if isTLS(err) {
		kind = KindTLS
	}
	return &Error{Op: op, Kind: kind, Err: c.clean(err)}
}

// isTLS reports whether a server failed to prove who it is. Another try does not help
// then.
func isTLS(err error) bool {
	_, record := errors.AsType[tls.RecordHeaderError](err)
	_, verify := errors.AsType[*tls.CertificateVerificationError](err)
	_, unknown := errors.AsType[x509.UnknownAuthorityError](err)
	_, hostname := errors.AsType[x509.HostnameError](err)
	_, invalid := errors.AsType[x509.CertificateInvalidError](err)
	return record || verify || unknown || hostname || invalid
}

// IncompleteError means that a range of calls could not be read completely: figures over
// it would be wrong.
type IncompleteError struct {
	Tally
	Err error // why the reading stopped; nil if Exotel's list ended before its own total
}

// Error returns how much is missing and why.
func (e *IncompleteError) Error() string {
	missing := "an unknown number of calls"
	if n := e.Missing(); n > 0 {
		missing = fmt.Sprintf("%d of %d calls", n, e.Announced)
	}
	if e.Err != nil {
		return fmt.Sprintf("incomplete, %s missing: %v", missing, e.Err)
	}
	return fmt.Sprintf("incomplete, %s missing: Exotel's list ended before its own total. Try again.", missing)
}

// Unwrap returns why the reading stopped.
func (e *IncompleteError) Unwrap() error { return e.Err }
