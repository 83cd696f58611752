package ui

import (
	"errors"
	"exotel-monitor/ui/account"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"

	"exotel-monitor/heartbeat"
	"exotel-monitor/metrics"
	refresh "exotel-monitor/metrics/sync"
)

// dashboard is the main screen: is the line up, which calls, five figures, their
// shape over the day, how fresh and how complete.
type dashboard struct {
	view    *fyne.Container
	health  *healthLine
	filters *filterBar
	notice  *notice
	cards   [5]*card
	title   *words
	legend  *legend
	chart   *callsChart
	news    *newsLine
	foot    *foot

	actions  dashboardActions
	grouping metrics.Grouping
	shown    refresh.Snapshot
	skew     time.Duration  // of the computer's clock
	wait     time.Time      // when requests go on after Exotel asked to wait
	stored   account.Stored // what the filling has come to
	refused  error          // why the account refuses the keys; nil if it does not
	now      time.Time
}

// dashboardActions is what the dashboard asks its owner for.
type dashboardActions struct {
	choose    func(refresh.Choice)
	askPeriod func()
	refresh   func()
	goOn      func() // loads what is missing
	cancel    func()
	pause     func()
	blind     blindActions
	news      newsActions
	health    healthActions
}

func newDashboard(grouping metrics.Grouping, actions dashboardActions) *dashboard {
	d := &dashboard{actions: actions, grouping: grouping}
	d.health = newHealthLine(actions.health)
	d.health.grown = func() { d.view.Refresh() }
	d.filters = newFilterBar(actions.choose, actions.askPeriod)
	d.notice = newNotice()
	row := container.New(&cardsLayout{gap: 14, least: 196})
	for i, def := range cardDefinitions() {
		d.cards[i] = newCard(def.name, def.text)
		row.Add(d.cards[i].view)
	}
	d.title = newBoldWords(sizeLabel)
	d.legend = newLegend()
	d.chart = newCallsChart(func(n int) string { return d.grouping.Count(n) }, d.readOut)
	d.chart.OnChoose = d.drillDown
	head := rowOf(10, d.title, layout.NewSpacer(), d.legend.view)
	d.title.most = 460
	chart := newPanel(container.New(layout.NewBorderLayout(head, nil, nil, nil), head, d.chart))
	d.news = newNewsLine(actions.news)
	d.foot = newFoot(actions.cancel, actions.pause)
	d.view = container.New(&pageLayout{gap: 14, side: 32, end: 16, grower: chart},
		d.health.view, d.filters.view, d.notice.view, row, chart, d.news.view, d.foot.view)
	return d
}

type cardDefinition struct{ name, text string }

func cardDefinitions() [5]cardDefinition {
	return [5]cardDefinition{
		{tr("Calls"), tr("All calls started in this period, including live ones. A call counts once, however many legs it has. “Up to” means some live calls may already have ended.")},
		{tr("Answer rate"), tr("Completed calls ÷ ended calls. Exotel also marks an incoming call completed when only the menu picked up; “spoke to a person” counts calls where both sides were connected.")},
		{tr("Avg duration"), tr("Average length of answered calls, including greeting, menu and ringing. Talk time is the average for calls where both sides were connected. The two are over different calls, so talk time can be the longer one. Exotel adds both a few minutes after a call ends.")},
		{tr("Peak hour"), tr("The hour with the most calls. Over several days: the hour with the most calls on an average day. Days without calls don't count.")},
		{tr("Missed"), tr("Ended calls that weren't answered, by Exotel's reason. Answered + missed = ended.")},
	}
}

// Apply shows a snapshot, unless it answers an older choice than the last one.
func (d *dashboard) Apply(s refresh.Snapshot, skew time.Duration, wait time.Time) {
	if !d.filters.Shows(s.Choice) {
		return
	}
	d.shown, d.skew, d.wait, d.now = s, skew, wait, s.Now
	d.filters.OfferOther(s.OtherDirection)
	d.notice.Set(d.noticeText())
	d.showFigures()
	d.foot.Set(&d.shown, d.grouping, d.now, d.wait)
	d.showChart()
	d.view.Refresh()
}

// ApplyStored hears how far the account's calls are stored.
func (d *dashboard) ApplyStored(s account.Stored) {
	d.stored = s
	d.showNotice()
}

// showNotice says what there is to say about the figures now.
func (d *dashboard) showNotice() {
	said := d.notice.Text()
	if d.notice.Set(d.noticeText()); d.notice.Text() != said {
		d.view.Refresh()
	}
}

// ApplyHealth shows how the ExoPhones are, with times in the account's zone.
// ackable says that there is trouble that the user can acknowledge, acknowledged
// that it has been.
func (d *dashboard) ApplyHealth(h heartbeat.Health, ackable, acknowledged bool, zone *time.Location) {
	d.health.Set(h, ackable, acknowledged, zone)
	d.showNotice()
}

// ApplyRefused hears why the account refuses the keys, nil if it does not.
func (d *dashboard) ApplyRefused(err error) {
	if !errors.Is(err, d.refused) {
		d.refused = err
		d.showNotice()
	}
}

// ApplyAsides shows what there is to say besides the health.
func (d *dashboard) ApplyAsides(a healthAsides) { d.health.SetAsides(a) }

// ApplyUpdate tells of a newer version of the program, "" for none.
func (d *dashboard) ApplyUpdate(version string) {
	if d.news.version != version {
		d.news.Set(version)
		d.view.Refresh()
	}
}

// Tick shows what changes with time alone.
func (d *dashboard) Tick(now, wait time.Time) {
	d.now, d.wait = now, wait
	d.health.Tick(now)
	if !d.shown.Now.IsZero() {
		d.foot.Set(&d.shown, d.grouping, now, wait)
	}
}

func (d *dashboard) showFigures() {
	s := &d.shown
	texts := [5]cardText{{"…", ""}, {"…", ""}, {"…", ""}, {"…", ""}, {"…", ""}}
	switch {
	case s.Summary != nil:
		texts = [5]cardText{
			callsText(s, d.grouping), answerRateText(s.Summary, d.grouping), durationText(s.Summary, d.grouping),
			peakText(s.Summary, d.grouping), missedText(s.Summary, d.grouping),
		}
	case !s.Loading:
		for i := range texts {
			texts[i] = cardText{unknown, tr("not loaded")}
		}
	}
	for i, c := range d.cards {
		c.Set(texts[i].figure, texts[i].sub)
		c.Fade(s.Summary == nil || !s.Complete || s.Stale())
	}
}

func (d *dashboard) showChart() {
	s := &d.shown
	d.title.Set(d.chartTitle())
	data := chartData{LabelEvery: labelEvery(s.Period), Note: d.chartNote(), Version: d.chart.data.Version}
	d.chart.OnChoose = nil
	if s.Period.Days() > 1 {
		d.chart.OnChoose = d.drillDown
	}
	if s.Summary != nil {
		data.Bars, data.Summary = bars(s, d.grouping), d.Text()
	}
	d.legend.Set(legendTexts(s.Summary, d.grouping))
	if old := d.chart.data; data.LabelEvery != old.LabelEvery || !slices.Equal(data.Bars, old.Bars) {
		data.Version++
	}
	d.chart.SetData(data)
}

// chartTitle names the chart.
func (d *dashboard) chartTitle() string {
	if d.shown.Period.Days() > 1 {
		return chartName(d.shown.Period)
	}
	return tr("Calls by hour")
}

// chartNote says why the chart has no bars.
func (d *dashboard) chartNote() string {
	s := &d.shown
	switch {
	case s.Summary == nil && s.Loading:
		return tr("Loading…")
	case s.Summary == nil:
		return tr("Not loaded")
	case s.Summary.Calls() > 0:
		return ""
	case s.Choice.Filter.IsZero():
		return tr("No calls in this range")
	default:
		return tr("No calls in this range with these filters")
	}
}

func (d *dashboard) readOut(i int) []string {
	s := d.shown.Summary
	switch {
	case s == nil:
		return nil
	case d.shown.Period.Days() == 1:
		return readOutText(s.Hours[i], d.grouping)
	default:
		return readOutText(countsOf(s, barDays(d.shown.Period)[i]), d.grouping)
	}
}

// drillDown shows the days of a bar.
func (d *dashboard) drillDown(i int) {
	if d.shown.Summary != nil && d.shown.Period.Days() > 1 {
		d.filters.ShowPeriod(barDays(d.shown.Period)[i])
	}
}

// sentences puts one after the other.
func sentences(first, second string) string { return strings.TrimSpace(first + " " + second) }

// Text is the figures as a few lines of text, for the clipboard and for screen
// readers, with what is to be known of them.
func (d *dashboard) Text() string {
	lines := []string{periodText(&d.shown)}
	if only := d.filters.filterText(d.shown.Choice.Filter); only != "" {
		lines = append(lines, only)
	}
	for _, c := range d.cards {
		lines = append(lines, c.Text())
	}
	if trouble := d.notice.Text(); trouble != "" {
		lines = append(lines, trouble)
	}
	return strings.Join(append(lines, d.foot.state.text), "\n")
}
