package exoteltest

import (
	"strings"
	"sync/atomic"
	"time"
)

// Failure is a way for a whole answer to go wrong.
type Failure int

// The failures beside a plain status code.
const (
	NoFailure     Failure = iota
	HTMLPage              // an HTML error page with status 200
	HTMLGateway           // an HTML error page with status 502
	Reset                 // the connection is reset without an answer
	CutBody               // the connection ends before the announced length
	TruncatedBody         // the JSON ends midway, the HTTP answer is complete
	EmptyBody             // status 200 and nothing else
)

// Paging is a way for NextPageUri to mislead.
type Paging int

// The ways to mislead. Foreign links name Faults.OtherHost and must not be
// followed with credentials.
const (
	GoodPaging    Paging = iota
	LoopingCursor        // from the second page on (or the last), NextPageUri is the page's own address
	EndlessCursor        // after the last row come empty pages, each with a new NextPageUri
	RestartCursor        // after the last row the rows come again, each time under a new NextPageUri
	ForeignLink          // an absolute https URL on another host
	ProtocolLink         // "//other-host/...", which keeps the scheme only
	UserinfoLink         // "@other-host/...": glued to a base URL it names another host
	DowngradeLink        // an absolute http URL on the account's own host
)

// LinkEnd is a form of NextPageUri on the last page. See API.md, Paging.
type LinkEnd int

// The ends.
const (
	EndNull LinkEnd = iota
	EndEmpty
	EndAbsent
)

// Total is a form of Metadata.Total.
type Total int

// TotalAbove is 7 and a tenth more than there are, TotalBelow half of them.
const (
	TotalRight Total = iota
	TotalAbsent
	TotalNull
	TotalAsText
	TotalAbove
	TotalBelow
)

// Faults are the switches of an account's bad behaviour; the zero value behaves
// well. They play refusals, what happens on the way, and what API.md calls disputed or
// unconfirmed. Everything is decided by request number, Sid and seed, never by chance.
// Requests are numbered from 1 at each SetFaults. Shares are 0 to 1.
type Faults struct {
	// RatePerMinute refuses requests above it with 429 in a fixed window; 0 is no limit.
	RatePerMinute int
	// RateWindow replaces the minute of RatePerMinute. It runs by real time.
	RateWindow time.Duration
	// RetryAfter adds the header to a 429: the seconds to the window's end, rounded up.
	RetryAfter bool

	// Only restricts Fail*, Delay, BodyDelay and RedirectTo, and the numbering
	// for Fail*, to requests whose path contains it.
	Only string
	// Fail is the failure of the requests FailFrom (0: 1) to FailFrom+FailCount-1 (0: all).
	Fail                Failure
	FailFrom, FailCount int
	// FailStatus answers those requests with this status and a RestException.
	FailStatus int
	// FailRetryAfter is the Retry-After header of FailStatus, in either of HTTP's forms.
	FailRetryAfter string

	// Delay waits before every answer.
	Delay time.Duration
	// BodyDelay spreads every body over this time.
	BodyDelay time.Duration
	// RedirectTo sends call list requests to this scheme and host with a 307.
	RedirectTo string

	// Forbidden answers 403 to good credentials.
	Forbidden bool
	// TextUnauthorized makes the body of a 401 plain text.
	TextUnauthorized bool
	// RotatedToken replaces the token after RotateAfter requests, when not "".
	RotatedToken string
	RotateAfter  int

	// RepeatRequest makes every refusal repeat the request's address, header and
	// credentials, as a debugging proxy's does.
	RepeatRequest bool

	// RefuseFuture answers 400 when the upper bound of DateCreated is after Now.
	RefuseFuture bool
	// EmptyIs404 answers 404 "No matching results" instead of an empty list.
	EmptyIs404 bool
	// ExactNumbers filters by the text of PhoneNumber, From and To, so that
	// 08040000001 does not find +918040000001.
	ExactNumbers bool
	// EmptyIsObject answers {} instead of an empty list.
	EmptyIsObject bool
	// HideLive leaves calls in progress out of the list.
	HideLive bool

	// Paging misleads the client that follows NextPageUri.
	Paging Paging
	// OtherHost is the host of foreign links: "other-host.example" when "".
	OtherHost string
	// End is the form of the last page's NextPageUri.
	End LinkEnd
	// RawLinks writes the links' queries unescaped, with blanks and semicolons.
	RawLinks bool
	// Total is the form of Metadata.Total.
	Total Total
	// StopAfterRows ends the paging of each query after that many rows, though
	// Total announces all; 0 never does.
	StopAfterRows int

	// OddForms is the share of rows spelled unusually, with nothing lost:
	// numbers as texts, null, "", "null", "None" and missing alike, capitals, blanks,
	// \u escapes.
	OddForms float64
	// OddValues is the share of rows that lose a value: empty or unknown Status,
	// DateCreated null, a word as Duration, a 1970 EndTime. Calls shows the loss;
	// windows and filters still go by what was lost.
	OddValues float64
	// BadRows is the share of rows with an unreadable one before them: null, a
	// text, a number, an array, objects without a Sid.
	BadRows float64
	// Duplicates is the share of rows sent twice: a third each on the same page,
	// on the next page and three pages later.
	Duplicates float64
	// WrapItems wraps every row as {"Call":{...}}.
	WrapItems bool
}

// plain tells whether rows are sent as they are kept rendered.
func (f *Faults) plain() bool {
	return f.OddForms == 0 && f.OddValues == 0 && f.BadRows == 0 && f.Duplicates == 0 && !f.WrapItems
}

func (f *Faults) applies(path string) bool { return strings.Contains(path, f.Only) }

// fails tells whether the numbered request is to fail.
func (f *Faults) fails(n int) bool {
	if f.Fail == NoFailure && f.FailStatus == 0 {
		return false
	}
	first := max(f.FailFrom, 1)
	return n >= first && (f.FailCount == 0 || n < first+f.FailCount)
}

func (f *Faults) otherHost() string {
	if f.OtherHost == "" {
		return "other-host.example"
	}
	return f.OtherHost
}

// faultState is a set of faults in force and the counts it goes by.
type faultState struct {
	Faults
	requests atomic.Int64 // all of them
	numbered atomic.Int64 // those that Only lets through
	invented atomic.Int64 // cursors that name no call
	rate     rateWindow
}

// SetFaults replaces the account's faults and starts to number requests anew.
// It may be called while requests are served; those keep the old faults.
func (a *Account) SetFaults(f Faults) { a.faults.Store(&faultState{Faults: f}) }
