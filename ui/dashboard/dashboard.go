package dashboard

import (
	"errors"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"

	"exotel-monitor/heartbeat"
	"exotel-monitor/metrics/calls"
	"exotel-monitor/metrics/pattern"
	"exotel-monitor/metrics/refresh"
	"exotel-monitor/ui/account"
	"exotel-monitor/ui/chart"
	"exotel-monitor/ui/kit"
	"exotel-monitor/ui/text"
)

// Screen is the main screen: is the line up, which calls, five figures, their
// shape over the day, how fresh and how complete.
type Screen struct {
	View    *fyne.Container
	health  *healthLine
	Filters *filterBar
	notice  *kit.Notice
	cards   [6]*card
	title   *kit.Text
	legend  *chart.Legend
	chart   *chart.BarChart
	news    *newsLine
	foot    *foot

	Actions Actions
	format  text.Format
	Shown   refresh.Snapshot
	skew    time.Duration  // of the computer's clock
	wait    time.Time      // when requests go on after Exotel asked to wait
	stored  account.Stored // what the filling has come to
	refused error          // why the account refuses the keys; nil if it does not
	now     time.Time

	table     *table
	unreached *calls.Unreached // nil until they are known
	usual     pattern.Usual
	usualOf   calls.Query // the calls that usual is of
	firstHour int         // of the chart of a day
}

// Actions is what the dashboard asks its owner for.
type Actions struct {
	Choose    func(refresh.Choice)
	Calls     func(q calls.Query, about string) // lists calls
	Parts     func(agents bool)                 // asks for the lines or agents of the calls; see ApplyParts
	AskPeriod func()
	Refresh   func()
	GoOn      func() // loads what is missing
	Cancel    func()
	Pause     func()
	Blind     kit.BlindActions
	News      NewsActions
	Health    HealthActions
}

// New returns a dashboard without figures.
func New(f text.Format, actions Actions) *Screen {
	d := &Screen{Actions: actions, format: f}
	d.health = newHealthLine(f, actions.Health)
	d.health.grown = func() { d.View.Refresh() }
	d.Filters = newFilterBar(f, actions.Choose, actions.AskPeriod)
	d.notice = kit.NewNotice()
	row := container.New(&kit.CardsLayout{Gap: 14, MinWidth: 188})
	for i, def := range cardDefinitions() {
		d.cards[i] = newCard(def.name, def.text, func() { d.showCard(i) })
		row.Add(d.cards[i].view)
	}
	d.title = kit.NewBoldText(kit.SizeLabel)
	d.legend = chart.NewLegend()
	d.chart = chart.NewBarChart(f.Count, d.readOut)
	d.chart.OnChoose = d.drillDown
	head := kit.NewRow(10, d.title, layout.NewSpacer(), d.legend.View)
	d.title.MaxWidth = 460
	chart := kit.NewPanel(container.New(layout.NewBorderLayout(head, nil, nil, nil), head, d.chart))
	d.table = newTable(d)
	figures := container.New(&besideLayout{gap: 12}, chart, d.table.view)
	d.news = newNewsLine(actions.News)
	d.foot = newFoot(actions.Cancel, actions.Pause)
	d.View = container.New(&kit.PageLayout{Gap: 14, Side: 32, End: 16, Grower: figures},
		d.health.view, d.Filters.view, d.notice.View, row, figures, d.news.view, d.foot.view)
	return d
}

type cardDefinition struct{ name, text string }

func cardDefinitions() [6]cardDefinition {
	return [6]cardDefinition{
		{text.Tr("Calls"), text.Tr("All calls started in this period, including live ones. A call counts once, however many legs it has. “Up to” means some live calls may already have ended.")},
		{text.Tr("Answer rate"), text.Tr("Completed calls ÷ ended calls. Exotel also marks an incoming call completed when only the menu picked up; “spoke to a person” counts calls where both sides were connected.")},
		{text.Tr("Avg duration"), text.Tr("Average length of answered calls, including greeting, menu and ringing. Talk time is the average for calls where both sides were connected. The two are over different calls, so talk time can be the longer one. Exotel adds both a few minutes after a call ends.")},
		{text.Tr("Peak hour"), text.Tr("The hour with the most calls. Over several days: the hour with the most calls on an average day. Days without calls don't count.")},
		{text.Tr("Missed"), text.Tr("Ended calls that weren't answered, by Exotel's reason. Answered + missed = ended.")},
		{text.Tr("To call back"), text.Tr("Callers who reached nobody in this period: they have a missed incoming call, and nobody spoke to them in another call, whoever placed it. Withheld and short numbers can't be called back.")},
	}
}

// Apply shows a snapshot, unless it answers an older choice than the last one.
func (d *Screen) Apply(s refresh.Snapshot, skew time.Duration, wait time.Time) {
	if !d.Filters.shows(s.Choice) {
		return
	}
	d.Shown, d.skew, d.wait, d.now = s, skew, wait, s.Now
	d.Filters.offerOther(s.HasOtherDirection)
	d.notice.Set(d.noticeText())
	if d.table.known && !sameCalls(d.table.of, s.Query) {
		d.table.clear()
		d.unreached = nil
	}
	d.showFigures()
	d.foot.set(&d.Shown, d.format, d.now, d.wait)
	d.showChart()
	d.View.Refresh()
}

// ApplyStored hears how far the account's calls are stored.
func (d *Screen) ApplyStored(s account.Stored) {
	d.stored = s
	d.showNotice()
}

// showNotice says what there is to say about the figures now.
func (d *Screen) showNotice() {
	said := d.notice.Text()
	if d.notice.Set(d.noticeText()); d.notice.Text() != said {
		d.View.Refresh()
	}
}

// ApplyHealth shows how the ExoPhones are. ackable says that there is trouble that the
// user can acknowledge, acknowledged that it has been.
func (d *Screen) ApplyHealth(h heartbeat.Health, ackable, acknowledged bool) {
	d.health.set(h, ackable, acknowledged)
	d.showNotice()
}

// ApplyRefused hears why the account refuses the keys, nil if it does not.
func (d *Screen) ApplyRefused(err error) {
	if !errors.Is(err, d.refused) {
		d.refused = err
		d.showNotice()
	}
}

// ApplyAsides shows what there is to say besides the health.
func (d *Screen) ApplyAsides(a Asides) { d.health.setAsides(a) }

// ApplyUpdate tells of a newer version of the program, "" for none.
func (d *Screen) ApplyUpdate(version string) {
	if d.news.version != version {
		d.news.set(version)
		d.View.Refresh()
	}
}

// Tick shows what changes with time alone.
func (d *Screen) Tick(now, wait time.Time) {
	d.now, d.wait = now, wait
	d.health.tick(now)
	if !d.Shown.Now.IsZero() {
		d.foot.set(&d.Shown, d.format, now, wait)
	}
}

func (d *Screen) showFigures() {
	s := &d.Shown
	texts := [6]cardText{{"…", ""}, {"…", ""}, {"…", ""}, {"…", ""}, {"…", ""}, {"…", ""}}
	switch {
	case s.Summary != nil:
		texts = [6]cardText{
			callsText(s, d.format), answerRateText(s.Summary, d.format), durationText(s.Summary, d.format),
			peakText(s.Summary, d.format), missedText(s.Summary, d.format), d.unreachedText(),
		}
	case !s.Loading:
		for i := range texts {
			texts[i] = cardText{text.Unknown, text.Tr("not loaded")}
		}
	}
	usual := d.usualTexts()
	for i, c := range d.cards {
		c.set(texts[i].figure, texts[i].sub)
		c.setUsual(usual[i])
		faded := s.Summary == nil || !s.Complete || s.Stale()
		c.fade(faded)
		if i == cardUnreached && !faded && d.unreached != nil && len(d.unreached.Callers) > 0 {
			c.figure.SetColor(theme.ColorNameWarning)
		}
	}
}

func (d *Screen) showChart() {
	s := &d.Shown
	d.title.Set(d.chartTitle())
	data := chart.Data{LabelEvery: labelEvery(s.Period), Note: d.chartNote(), Version: d.chart.Data.Version}
	if s.Summary != nil {
		data.Bars, data.Summary = barsOf(s, d.format), d.Text()
		if d.firstHour = 0; s.Period.Days() == 1 {
			data.Bars, d.firstHour = withUsual(data.Bars, d.usualNow())
		}
	}
	d.legend.Set(legendTexts(s.Summary, d.format))
	d.legend.SetUsual(usualName(d.usualNow()))
	if old := d.chart.Data; data.LabelEvery != old.LabelEvery || !slices.Equal(data.Bars, old.Bars) {
		data.Version++
	}
	d.chart.SetData(data)
}

// chartTitle names the chart.
func (d *Screen) chartTitle() string {
	if d.Shown.Period.Days() > 1 {
		return chartName(d.Shown.Period)
	}
	return text.Tr("Calls by hour")
}

// chartNote says why the chart has no bars.
func (d *Screen) chartNote() string {
	s := &d.Shown
	switch {
	case s.Summary == nil && s.Loading:
		return text.Tr("Loading…")
	case s.Summary == nil:
		return text.Tr("Not loaded")
	case s.Summary.Calls() > 0:
		return ""
	case s.Choice.Filter.IsZero():
		return text.Tr("No calls in this range")
	default:
		return text.Tr("No calls in this range with these filters")
	}
}

func (d *Screen) readOut(i int) []string {
	s := d.Shown.Summary
	switch {
	case s == nil:
		return nil
	case d.Shown.Period.Days() == 1:
		return append(readOutText(s.Hours[d.firstHour+i], d.format), d.usualHour(d.firstHour+i)...)
	default:
		return readOutText(countsOf(s, barDays(d.Shown.Period)[i]), d.format)
	}
}

// drillDown shows the days of a bar, or lists the calls of an hour.
func (d *Screen) drillDown(i int) {
	switch {
	case d.Shown.Summary == nil:
	case d.Shown.Period.Days() > 1:
		d.Filters.ShowPeriod(barDays(d.Shown.Period)[i])
	default:
		d.showHours(d.firstHour + i)
	}
}

// Text returns the figures as a few lines of text, for the clipboard and for screen
// readers, with what is to be known of them.
func (d *Screen) Text() string {
	lines := []string{text.Period(&d.Shown)}
	if only := d.Filters.filterText(d.Shown.Choice.Filter); only != "" {
		lines = append(lines, only)
	}
	for _, c := range d.cards {
		lines = append(lines, c.text())
	}
	if trouble := d.notice.Text(); trouble != "" {
		lines = append(lines, trouble)
	}
	return strings.Join(append(lines, d.foot.state.Text), "\n")
}

// About says of which days and calls the figures are.
func (d *Screen) About() string {
	return text.Dotted(text.Period(&d.Shown), d.Filters.filterText(d.Shown.Choice.Filter))
}
