package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/metrics"
	"exotel-monitor/metrics/calls"
	"exotel-monitor/metrics/refresh"
	"exotel-monitor/ui/account"
	"exotel-monitor/ui/config"
	"exotel-monitor/ui/csvfile"
	"exotel-monitor/ui/jsonapi"
)

// RunReport prints the figures of a range of days to out. It reads the stored calls,
// and asks Exotel only for days that are not stored or can still change. While a
// window or serve keeps the running day fresh, that is not asked for either. An error
// means that nothing was printed: a part of the calls makes no figure. Only a list of
// calls may end in the middle. warn hears of rows that Exotel sent and that are no call.
func RunReport(ctx context.Context, o Options, s config.Settings, out io.Writer, warn func(string), log *slog.Logger) error {
	client, credentials, end, err := connect(ctx, o, s, log)
	if err != nil {
		return err
	}
	defer end()
	store, err := account.OpenCalls(ctx, filesOf(o, credentials), client.Zone(), log)
	if err != nil {
		return err
	}
	defer store.Close()
	unlisted, err := checkExoPhone(ctx, client, o.filter)
	if err != nil {
		return err
	}
	age := time.Duration(0)
	if o.fresh {
		age = refresh.ReloadAll
	}
	fetcher := refresh.NewFetcher(client, store.Calls, refresh.Options{Temporary: store.Temporary(), Log: log})
	if account.Held(store.Files) {
		fetcher.SetFollowAge(min(s.FollowAge(), maxFollowAge))
	}
	view, err := fetcher.Load(ctx, o.period, age, nil)
	if err != nil {
		return err
	}
	summary, view, err := view.Summary(ctx, o.filter)
	if err != nil {
		return err
	}
	tally := view.Tally()
	if !view.Complete() {
		return incomplete(tally)
	}
	if err := summary.Check(); err != nil {
		return err
	}
	if tally.Unreadable > 0 {
		warn(fmt.Sprintf("%d of %d rows from Exotel could not be read as calls and are in no figure", tally.Unreadable, tally.Received))
	}
	if skew := client.ClockSkew(); skew != 0 {
		warn(fmt.Sprintf("this computer's clock is %v off; Exotel's was used", skew.Abs().Round(time.Minute)))
	}
	if n := summary.LineUnknown; n > 0 {
		text := "1 call is left out, because it does not give the number of its ExoPhone"
		if n > 1 {
			text = fmt.Sprintf("%d calls are left out, because they do not give the number of their ExoPhone", n)
		}
		if unlisted != nil {
			text += fmt.Sprintf(" and Exotel's list of ExoPhones is missing: %v", unlisted)
		}
		warn(text)
	}
	if _, listed := client.Directory().Find(o.filter.ExoPhone); o.filter.ExoPhone != "" && !listed && summary.Calls() == 0 {
		warn("no call matches; check that --exophone is a number of the account")
	}
	if o.calls {
		if _, err := client.ExoPhones(ctx); err != nil {
			warn(fmt.Sprintf("the lines have no names: %v", err))
		}
		return listCalls(ctx, store.Calls, view.Query(o.filter), client.Directory(), o, out)
	}
	figures := jsonapi.NewMetrics(summary, o.filter, client.Zone().String(), tally.Unreadable)
	// Written at once, so that an error leaves nothing printed.
	text, err := write(figures, o.format, s.Grouping())
	if err == nil {
		_, err = out.Write(text)
	}
	return err
}

// listCalls prints the calls of a query, oldest first, as the window's export does.
func listCalls(ctx context.Context, store calls.Store, q calls.Query, lines *exotel.Directory, o Options, out io.Writer) error {
	buckets, err := store.Group(ctx, q)
	if err != nil {
		return err
	}
	n := 0
	for _, b := range buckets {
		n += b.Calls
	}
	which := o.period.From.String() + " to " + o.period.To.String()
	if words := only(jsonapi.NewMetrics(metrics.NewSummary(o.period), o.filter, "", 0)); words != "" {
		which += ", only: " + words
	}
	q.Order.Ascending = true
	name := func(line string) string {
		phone, _ := lines.Find(line)
		return phone.Name
	}
	if _, err = csvfile.WriteCalls(out, csvfile.AboutCalls(which, n, q.Now), store.Calls(ctx, q), q.Now.Location(), name); err != nil {
		return fmt.Errorf("the list of calls is incomplete: %w", err)
	}
	return nil
}

// maxFollowAge bounds how old the figures of the running day may be that another
// process keeps: a report does not say of when they are.
const maxFollowAge = 2 * time.Minute

// incomplete returns an error that says what is missing of a range.
func incomplete(t refresh.Tally) error {
	switch {
	case t.DaysGone > 0:
		return fmt.Errorf("days of the range that are not stored and that Exotel no longer has: %d; choose a later start", t.DaysGone)
	case t.DaysMissing > 0:
		return fmt.Errorf("days of the range that could not be read: %d; try again", t.DaysMissing)
	case t.Missing > 0:
		return fmt.Errorf("calls of the range that are missing: %d; try again", t.Missing)
	default:
		return errors.New("the day ended while the report was being made; try again")
	}
}

// filesOf returns the files of the account that the command line means. Nothing is
// left of the demo.
func filesOf(o Options, c config.Credentials) account.Files {
	if o.Demo {
		return account.InMemory
	}
	return account.FilesOf(c, o.DataDir)
}

// checkExoPhone lists the account's ExoPhones, so that calls are found by any spelling
// of the chosen one. Without the list a number can still be asked for; unlisted is
// why there is none.
func checkExoPhone(ctx context.Context, client *exotel.Client, f metrics.Filter) (unlisted, err error) {
	if f.ExoPhone == "" {
		return nil, nil
	}
	_, unlisted = client.ExoPhones(ctx)
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if err := f.CheckExoPhone(client.Directory()); err != nil {
		return nil, errors.Join(err, unlisted)
	}
	return unlisted, nil
}

func write(m jsonapi.Metrics, format string, g metrics.Grouping) ([]byte, error) {
	switch format {
	case "json":
		text, err := json.MarshalIndent(m, "", "  ")
		return append(text, '\n'), err
	case "csv":
		return csvText(m)
	default:
		return plainText(m, g), nil
	}
}

// line is one figure of a report: a label for people, a value for people and one
// for spreadsheets.
type line struct{ label, text, value string }

func lines(m jsonapi.Metrics, g metrics.Grouping) []line {
	count := func(label string, n int) line { return line{label, g.Count(n), strconv.Itoa(n)} }
	text := func(label string, s *string) line {
		if s == nil {
			return line{label, "—", ""}
		}
		return line{label, *s, *s}
	}
	seconds := func(label string, n *int) line {
		if n == nil {
			return line{label, "—", ""}
		}
		return line{label, metrics.Duration(*n), strconv.Itoa(*n)}
	}
	o := m.Outcomes
	all := []line{
		count("Calls", m.TotalCalls),
		text("Answer rate", m.AnswerRate),
		count("Answer rate, over calls", m.Ended),
		seconds("Average duration", m.AvgDurationSeconds),
		count("Average duration, over calls", m.AvgDurationCalls),
		seconds("Average talk time", m.AvgTalkSeconds),
		count("Average talk time, over calls", m.AvgTalkCalls),
		text("Peak hour", m.PeakHour),
		count("Peak hour, calls", m.PeakHourCalls),
		count("Peak hour, over days with calls", m.PeakHourDays),
		count("Missed", m.Unanswered),
		count("Status: completed", m.Answered),
		count("Status: no-answer", m.Missed),
		count("Status: busy", m.Busy),
		count("Status: failed", m.Failed),
		count("Status: canceled", m.Canceled),
		count("Status: live", m.Live),
		count("Status: other", m.Other),
		text("Talked to a person", m.TalkedToPerson),
		count("Talked to a person, over calls", m.TalkedToPersonCalls),
		text("Calls with details", m.DetailsRate),
		count("Outcome: talked", o.Talked),
		count("Outcome: nobody picked up, no answer", o.NoAnswer),
		count("Outcome: nobody picked up, busy", o.Busy),
		count("Outcome: nobody picked up, failed", o.Failed),
		count("Outcome: nobody picked up, caller gave up", o.GaveUp),
		count("Outcome: hung up in the menu", o.MenuOnly),
		count("Outcome: first party not reached", o.FirstParty),
		count("Outcome: a machine answered", o.Machine),
		count("Outcome: live", o.Live),
		count("Outcome: end not known", o.EndUnknown),
		count("Outcome: not known", o.Unknown),
		count("Outcome: other", o.UndocumentedEnd),
	}
	for hour, n := range m.HourlyDistribution {
		all = append(all, count(metrics.HourRange(hour), n))
	}
	return all
}

// only is what the calls were chosen by; "" when all count.
func only(m jsonapi.Metrics) string {
	if m.Only == nil {
		return ""
	}
	number := m.Only.PhoneNumber
	if number != "" {
		number = "ExoPhone " + number // without a word a spreadsheet drops its zero
	}
	words := []string{m.Only.Direction, number, m.Only.Status}
	return strings.Join(slices.DeleteFunc(words, func(word string) bool { return word == "" }), ", ")
}

func plainText(m jsonapi.Metrics, g metrics.Grouping) []byte {
	var out bytes.Buffer
	fmt.Fprintf(&out, "%s to %s, %s\n", m.Start, m.End, m.Zone)
	if words := only(m); words != "" {
		fmt.Fprintf(&out, "Only: %s\n", words)
	}
	out.WriteByte('\n')
	for _, l := range lines(m, g) {
		fmt.Fprintf(&out, "%-41s %10s\n", l.label, l.text)
	}
	return out.Bytes()
}

// csvText gives durations in seconds, for spreadsheets, beside the readable form.
func csvText(m jsonapi.Metrics) ([]byte, error) {
	rows := [][]string{{"figure", "value", "readable"}, {"Start", m.Start, m.Start}, {"End", m.End, m.End}, {"Zone", m.Zone, m.Zone}}
	if words := only(m); words != "" {
		rows = append(rows, []string{"Only", csvfile.Text(words), csvfile.Text(words)})
	}
	for _, l := range lines(m, metrics.Thousands) {
		rows = append(rows, []string{l.label, l.value, l.text})
	}
	var out bytes.Buffer
	err := csvfile.Write(&out, rows)
	return out.Bytes(), err
}
