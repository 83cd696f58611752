package dashboard

import (
	"errors"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"

	"exotel-monitor/heartbeat"
	"exotel-monitor/metrics/calls"
	"exotel-monitor/metrics/pattern"
	refresh "exotel-monitor/metrics/sync"
	"exotel-monitor/ui/account"
	"exotel-monitor/ui/chart"
	"exotel-monitor/ui/kit"
	"exotel-monitor/ui/text"
)

// Screen is the main screen: is the line up, which calls, five figures, their
// shape over the day, how fresh and how complete.
type Screen struct {
	View    *fyne.Container
	Health  *healthLine
	Filters *filterBar
	Notice  *kit.Notice
	Cards   [5]*card
	title   *kit.Text
	Legend  *chart.Legend
	Chart   *chart.BarChart
	News    *newsLine
	Foot    *foot

	Actions Actions
	format  text.Format
	Shown   refresh.Snapshot
	Skew    time.Duration  // of the computer's clock
	Wait    time.Time      // when requests go on after Exotel asked to wait
	stored  account.Stored // what the filling has come to
	refused error          // why the account refuses the keys; nil if it does not
	now     time.Time

	table     *table
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

func New(f text.Format, actions Actions) *Screen {
	d := &Screen{Actions: actions, format: f}
	d.Health = newHealthLine(f, actions.Health)
	d.Health.grown = func() { d.View.Refresh() }
	d.Filters = NewFilterBar(f, actions.Choose, actions.AskPeriod)
	d.Notice = kit.NewNotice()
	row := container.New(&kit.CardsLayout{Gap: 14, MinWidth: 196})
	for i, def := range cardDefinitions() {
		d.Cards[i] = newCard(def.name, def.text, func() { d.showCard(i) })
		row.Add(d.Cards[i].View)
	}
	d.title = kit.NewBoldText(kit.SizeLabel)
	d.Legend = chart.NewLegend()
	d.Chart = chart.NewBarChart(f.Count, d.ReadOut)
	d.Chart.OnChoose = d.DrillDown
	head := kit.NewRow(10, d.title, layout.NewSpacer(), d.Legend.View)
	d.title.MaxWidth = 460
	chart := kit.NewPanel(container.New(layout.NewBorderLayout(head, nil, nil, nil), head, d.Chart))
	d.table = newTable(d)
	figures := container.New(&besideLayout{gap: 12}, chart, d.table.view)
	d.News = newNewsLine(actions.News)
	d.Foot = newFoot(actions.Cancel, actions.Pause)
	d.View = container.New(&kit.PageLayout{Gap: 14, Side: 32, End: 16, Grower: figures},
		d.Health.view, d.Filters.view, d.Notice.View, row, figures, d.News.View, d.Foot.view)
	return d
}

type cardDefinition struct{ name, text string }

func cardDefinitions() [5]cardDefinition {
	return [5]cardDefinition{
		{text.Tr("Calls"), text.Tr("All calls started in this period, including live ones. A call counts once, however many legs it has. “Up to” means some live calls may already have ended.")},
		{text.Tr("Answer rate"), text.Tr("Completed calls ÷ ended calls. Exotel also marks an incoming call completed when only the menu picked up; “spoke to a person” counts calls where both sides were connected.")},
		{text.Tr("Avg duration"), text.Tr("Average length of answered calls, including greeting, menu and ringing. Talk time is the average for calls where both sides were connected. The two are over different calls, so talk time can be the longer one. Exotel adds both a few minutes after a call ends.")},
		{text.Tr("Peak hour"), text.Tr("The hour with the most calls. Over several days: the hour with the most calls on an average day. Days without calls don't count.")},
		{text.Tr("Missed"), text.Tr("Ended calls that weren't answered, by Exotel's reason. Answered + missed = ended.")},
	}
}

// Apply shows a snapshot, unless it answers an older choice than the last one.
func (d *Screen) Apply(s refresh.Snapshot, skew time.Duration, wait time.Time) {
	if !d.Filters.Shows(s.Choice) {
		return
	}
	d.Shown, d.Skew, d.Wait, d.now = s, skew, wait, s.Now
	d.Filters.OfferOther(s.OtherDirection)
	d.Notice.Set(d.noticeText())
	if d.table.known && !sameCalls(d.table.of, s.Query) {
		d.table.Clear()
	}
	d.showFigures()
	d.Foot.Set(&d.Shown, d.format, d.now, d.Wait)
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
	said := d.Notice.Text()
	if d.Notice.Set(d.noticeText()); d.Notice.Text() != said {
		d.View.Refresh()
	}
}

// ApplyHealth shows how the ExoPhones are. ackable says that there is trouble that the
// user can acknowledge, acknowledged that it has been.
func (d *Screen) ApplyHealth(h heartbeat.Health, ackable, acknowledged bool) {
	d.Health.Set(h, ackable, acknowledged)
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
func (d *Screen) ApplyAsides(a Asides) { d.Health.SetAsides(a) }

// ApplyUpdate tells of a newer version of the program, "" for none.
func (d *Screen) ApplyUpdate(version string) {
	if d.News.version != version {
		d.News.Set(version)
		d.View.Refresh()
	}
}

// Tick shows what changes with time alone.
func (d *Screen) Tick(now, wait time.Time) {
	d.now, d.Wait = now, wait
	d.Health.Tick(now)
	if !d.Shown.Now.IsZero() {
		d.Foot.Set(&d.Shown, d.format, now, wait)
	}
}

func (d *Screen) showFigures() {
	s := &d.Shown
	texts := [5]CardText{{"…", ""}, {"…", ""}, {"…", ""}, {"…", ""}, {"…", ""}}
	switch {
	case s.Summary != nil:
		texts = [5]CardText{
			CallsText(s, d.format), answerRateText(s.Summary, d.format), durationText(s.Summary, d.format),
			PeakText(s.Summary, d.format), missedText(s.Summary, d.format),
		}
	case !s.Loading:
		for i := range texts {
			texts[i] = CardText{text.Unknown, text.Tr("not loaded")}
		}
	}
	usual := d.usualTexts()
	for i, c := range d.Cards {
		c.Set(texts[i].Figure, texts[i].Sub)
		c.SetUsual(usual[i])
		c.Fade(s.Summary == nil || !s.Complete || s.Stale())
	}
}

func (d *Screen) showChart() {
	s := &d.Shown
	d.title.Set(d.chartTitle())
	data := chart.Data{LabelEvery: labelEvery(s.Period), Note: d.chartNote(), Version: d.Chart.Data.Version}
	if s.Summary != nil {
		data.Bars, data.Summary = Bars(s, d.format), d.Text()
		if d.firstHour = 0; s.Period.Days() == 1 {
			data.Bars, d.firstHour = withUsual(data.Bars, d.usualNow())
		}
	}
	d.Legend.Set(legendTexts(s.Summary, d.format))
	d.Legend.SetUsual(usualName(d.usualNow()))
	if old := d.Chart.Data; data.LabelEvery != old.LabelEvery || !slices.Equal(data.Bars, old.Bars) {
		data.Version++
	}
	d.Chart.SetData(data)
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

func (d *Screen) ReadOut(i int) []string {
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

// DrillDown shows the days of a bar, or lists the calls of an hour.
func (d *Screen) DrillDown(i int) {
	switch {
	case d.Shown.Summary == nil:
	case d.Shown.Period.Days() > 1:
		d.Filters.ShowPeriod(barDays(d.Shown.Period)[i])
	default:
		d.showHours(d.firstHour + i)
	}
}

// Text is the figures as a few lines of text, for the clipboard and for screen
// readers, with what is to be known of them.
func (d *Screen) Text() string {
	lines := []string{text.Period(&d.Shown)}
	if only := d.Filters.FilterText(d.Shown.Choice.Filter); only != "" {
		lines = append(lines, only)
	}
	for _, c := range d.Cards {
		lines = append(lines, c.Text())
	}
	if trouble := d.Notice.Text(); trouble != "" {
		lines = append(lines, trouble)
	}
	return strings.Join(append(lines, d.Foot.state.Text), "\n")
}

// About says of which days and calls the figures are.
func (d *Screen) About() string {
	return text.Dotted(text.Period(&d.Shown), d.Filters.FilterText(d.Shown.Choice.Filter))
}
