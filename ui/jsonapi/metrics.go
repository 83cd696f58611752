// Package jsonapi serves the figures to programs: the same numbers as the
// window, with the field names of Exotel's public guide. It needs no display.
package jsonapi

import "exotel-monitor/metrics"

// Metrics is the guide's object of figures, with further fields beside it. What
// cannot be known is null. Durations are of the whole call; hours and dates are
// of the account's zone.
type Metrics struct {
	TotalCalls         int     `json:"totalCalls"`
	Answered           int     `json:"answered"`
	Missed             int     `json:"missed"` // no-answer only, as in the guide
	Busy               int     `json:"busy"`
	Failed             int     `json:"failed"`
	AnswerRate         *string `json:"answerRate"` // "78.3%", answered by ended calls
	AvgDuration        *string `json:"avgDuration"`
	PeakHour           *string `json:"peakHour"` // the earliest when hours tie; of several days by calls a day
	HourlyDistribution [24]int `json:"hourlyDistribution"`

	Canceled   int `json:"canceled"`
	Live       int `json:"live"`
	Other      int `json:"other"` // statuses that Exotel does not document, and calls whose end is not known
	Ended      int `json:"ended"`
	Unanswered int `json:"unanswered"` // ended and not answered: the window's "Missed"

	AvgDurationSeconds  *int     `json:"avgDurationSeconds"`
	AvgDurationCalls    int      `json:"avgDurationCalls"` // answered calls that have a duration
	AvgTalkSeconds      *int     `json:"avgTalkSeconds"`
	AvgTalkCalls        int      `json:"avgTalkCalls"`        // calls that have a talk time
	TalkedToPerson      *string  `json:"talkedToPerson"`      // null when too few calls have details
	TalkedToPersonCalls int      `json:"talkedToPersonCalls"` // calls that this is a share of
	PeakHourCalls       int      `json:"peakHourCalls"`       // in that hour, over all days
	PeakHourDays        int      `json:"peakHourDays"`        // with calls, on which that hour has begun
	CallsWithDetails    int      `json:"callsWithDetails"`    // that are known to be over
	DetailsRate         *string  `json:"detailsRate"`         // of the calls that are known to be over
	Outcomes            Outcomes `json:"outcomes"`

	Daily []Day `json:"daily"`

	Only           *Only  `json:"only"` // null for all calls
	Start          string `json:"start"`
	End            string `json:"end"`
	Zone           string `json:"zone"`
	UnreadableRows int    `json:"unreadableRows"` // rows Exotel sent that are no call, in no figure
	// LineUnknown counts the calls that were left out because nobody can tell whether
	// they are on the phoneNumber that was asked for.
	LineUnknown int `json:"lineUnknown"`
}

// Only is what the calls of the figures were chosen by; "" is any.
type Only struct {
	Direction   string `json:"direction,omitempty"`
	PhoneNumber string `json:"phoneNumber,omitempty"` // an ExoPhone's number or SID, as it was asked for
	Status      string `json:"status,omitempty"`
	Text        string `json:"text,omitempty"` // a part of a party's address
}

func newOnly(f metrics.Filter) *Only {
	if f.IsZero() {
		return nil
	}
	only := Only{Direction: f.Direction, PhoneNumber: f.ExoPhone, Text: f.Text}
	if f.Status != nil {
		only.Status = f.Status.String()
	}
	return &only
}

// Outcomes tells what happened to the person, by the details of the legs. The
// fields add up to totalCalls.
type Outcomes struct {
	Talked          int `json:"talked"`
	NoAnswer        int `json:"nobodyPickedUpNoAnswer"`
	Busy            int `json:"nobodyPickedUpBusy"`
	Failed          int `json:"nobodyPickedUpFailed"`
	GaveUp          int `json:"nobodyPickedUpCallerGaveUp"`
	MenuOnly        int `json:"hungUpInMenu"`
	FirstParty      int `json:"firstPartyNotReached"`
	Machine         int `json:"machineAnswered"`
	Live            int `json:"live"`
	EndUnknown      int `json:"endNotKnown"`
	Unknown         int `json:"unknown"`
	UndocumentedEnd int `json:"other"`
}

// Day is one day's figures.
type Day struct {
	Date       string `json:"date"`
	TotalCalls int    `json:"totalCalls"`
	Answered   int    `json:"answered"`
	Unanswered int    `json:"unanswered"`
}

// NewMetrics writes a summary of the calls that f chose as the guide's object.
// unreadable is the number of rows that were no call.
func NewMetrics(s *metrics.Summary, f metrics.Filter, zone string, unreadable int) Metrics {
	c, o := s.Counts, s.Outcomes
	m := Metrics{
		TotalCalls: s.Calls(), Answered: c[metrics.Answered], Missed: c[metrics.NoAnswer],
		Busy: c[metrics.Busy], Failed: c[metrics.Failed],
		Canceled: c[metrics.Canceled], Live: c[metrics.Live], Other: c[metrics.Other],
		Ended: c.Ended(), Unanswered: c.Unanswered(),
		AvgDurationCalls: s.Duration.N, AvgTalkCalls: s.Talk.N,
		TalkedToPersonCalls: s.Outcomes.Known(), CallsWithDetails: s.WithDetails,
		Outcomes: Outcomes{
			Talked: o[metrics.Talked], NoAnswer: o[metrics.RangOut], Busy: o[metrics.LineBusy],
			Failed: o[metrics.NotConnected], GaveUp: o[metrics.GaveUp], MenuOnly: o[metrics.MenuOnly],
			FirstParty: o[metrics.FirstPartyNotReached], Machine: o[metrics.Machine], Live: o[metrics.NotOver], EndUnknown: o[metrics.EndUnknown],
			Unknown: o[metrics.OutcomeUnknown], UndocumentedEnd: o[metrics.OutcomeOther],
		},
		Only: newOnly(f), Start: s.Period.From.String(), End: s.Period.To.String(), Zone: zone,
		UnreadableRows: unreadable, LineUnknown: s.LineUnknown,
		Daily: make([]Day, len(s.Days)),
	}
	for hour, counts := range s.Hours {
		m.HourlyDistribution[hour] = counts.Total()
	}
	for i, day := range s.Days {
		m.Daily[i] = Day{day.Date.String(), day.Counts.Total(), day.Counts[metrics.Answered], day.Counts.Unanswered()}
	}
	if rate, ok := s.AnswerRate(); ok {
		m.AnswerRate = new(metrics.Percent(rate))
	}
	if rate, ok := s.TalkRate(); ok {
		m.TalkedToPerson = new(metrics.Percent(rate))
	}
	if rate, ok := s.DetailsRate(); ok {
		m.DetailsRate = new(metrics.Percent(rate))
	}
	if seconds, ok := s.Duration.Round(); ok {
		m.AvgDurationSeconds = &seconds
		m.AvgDuration = new(metrics.Duration(seconds))
	}
	if seconds, ok := s.Talk.Round(); ok {
		m.AvgTalkSeconds = &seconds
	}
	if peak, ok := s.PeakHour(); ok {
		m.PeakHour = new(metrics.Hour(peak.Hours[0]))
		m.PeakHourCalls, m.PeakHourDays = peak.Calls, peak.Days
	}
	return m
}
