package ui

import (
	"cmp"
	"strings"
	"unicode"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"

	"exotel-monitor/exotel"
	"exotel-monitor/heartbeat"
	"exotel-monitor/metrics"
	refresh "exotel-monitor/metrics/sync"
)

// filterBar chooses the range and which calls of it are shown.
type filterBar struct {
	view      *fyne.Container
	choice    refresh.Choice
	onChoose  func(refresh.Choice)
	askPeriod func()

	ranges     []*chip
	directions *menuChip
	phones     *menuChip
	statuses   *menuChip
	search     *field // what is looked for in the numbers and addresses of a call's parties
	account    *exotel.Directory
	named      map[string]string // the ExoPhones' names, or their whole numbers, by key in the directory
}

var rangeOrder = []metrics.Range{metrics.Today, metrics.Yesterday, metrics.Last7Days, metrics.Last30Days, metrics.ThisMonth, metrics.AllStored, metrics.Custom}

func rangeName(r metrics.Range) string {
	switch r {
	case metrics.Yesterday:
		return tr("Yesterday")
	case metrics.Last7Days:
		return tr("7 days")
	case metrics.Last30Days:
		return tr("30 days")
	case metrics.ThisMonth:
		return tr("This month")
	case metrics.AllStored:
		return tr("All stored")
	case metrics.Custom:
		return tr("Custom…")
	default:
		return tr("Today")
	}
}

func directionName(d string) string {
	switch d {
	case exotel.DirectionInbound:
		return tr("Inbound")
	case exotel.DirectionOutboundDial:
		return tr("Outbound, dialled")
	case exotel.DirectionOutboundAPI:
		return tr("Outbound, API")
	case metrics.DirectionOther:
		return tr("Other direction")
	default:
		return tr("All directions")
	}
}

func statusName(s metrics.Status) string {
	switch s {
	case metrics.Answered:
		return tr("Answered")
	case metrics.NoAnswer:
		return tr("No answer")
	case metrics.Busy:
		return tr("Busy")
	case metrics.Failed:
		return tr("Failed")
	case metrics.Canceled:
		return tr("Cancelled")
	case metrics.Live:
		return tr("Live")
	default:
		return tr("Other status")
	}
}

// newFilterBar returns the bar. onChoose hears of every change; askPeriod opens
// the dialog for a custom range.
func newFilterBar(onChoose func(refresh.Choice), askPeriod func()) *filterBar {
	b := &filterBar{onChoose: onChoose, askPeriod: askPeriod}
	segments := rowOf(-1)
	for _, r := range rangeOrder {
		segment := newChip(lookSegment, rangeName(r), func() { b.chooseRange(r) })
		b.ranges = append(b.ranges, segment)
		segments.Add(segment)
	}
	statuses := []menuOption{{tr("All statuses"), ""}}
	for _, s := range metrics.AllStatuses() {
		statuses = append(statuses, menuOption{statusName(s), s.String()})
	}
	b.directions = newMenuChip(directionOptions(false), func(value string) {
		b.choice.Filter.Direction = value
		b.changed()
	})
	b.phones = newMenuChip([]menuOption{{tr("All ExoPhones"), ""}}, func(value string) {
		b.choice.Filter.ExoPhone = value
		b.changed()
	})
	b.statuses = newMenuChip(statuses, func(value string) {
		b.choice.Filter.Status = nil
		if s, ok := metrics.ParseStatus(value); ok {
			b.choice.Filter.Status = &s
		}
		b.changed()
	})
	b.search = newField()
	b.search.PlaceHolder = tr("Search by number")
	b.search.OnChanged = b.find
	b.search.escape = func() {
		b.search.SetText("")
		if c := fyne.CurrentApp().Driver().CanvasForObject(b.search); c != nil {
			c.Unfocus()
		}
	}
	b.view = rowOf(10, segments, layout.NewSpacer(),
		container.New(&widthLayout{searchWidth}, b.search), b.directions.chip, b.phones.chip, b.statuses.chip)
	b.Mark(refresh.Choice{})
	return b
}

const searchWidth = 170

func directionOptions(other bool) []menuOption {
	directions := []string{"", exotel.DirectionInbound, exotel.DirectionOutboundDial, exotel.DirectionOutboundAPI}
	if other {
		directions = append(directions, metrics.DirectionOther)
	}
	var options []menuOption
	for _, d := range directions {
		options = append(options, menuOption{directionName(d), d})
	}
	return options
}

// OfferOther says whether there are calls of a direction that is none of Exotel's.
func (b *filterBar) OfferOther(any bool) {
	b.directions.SetOptions(directionOptions(any || b.choice.Filter.Direction == metrics.DirectionOther))
}

// find shows the calls with a party that has the text in its number or address.
func (b *filterBar) find(text string) {
	if wanted := metrics.SearchText(text); wanted != b.choice.Filter.Text {
		b.choice.Filter.Text = wanted
		b.changed()
	}
}

func (b *filterBar) chooseRange(r metrics.Range) {
	if r == metrics.Custom {
		b.askPeriod()
		return
	}
	b.choice.Range = r
	b.changed()
}

// ShowPeriod chooses days by their dates.
func (b *filterBar) ShowPeriod(p metrics.Period) {
	b.choice.Range, b.choice.Custom = metrics.Custom, p
	b.changed()
}

// ClearFilter chooses all calls of the range.
func (b *filterBar) ClearFilter() {
	b.choice.Filter = metrics.Filter{}
	b.changed()
}

func (b *filterBar) changed() {
	b.Mark(b.choice)
	b.onChoose(b.choice)
}

// Shows reports whether c is what was chosen last. A snapshot of another choice
// is the late answer to an older one.
func (b *filterBar) Shows(c refresh.Choice) bool {
	ours, theirs := b.choice.Filter.Status, c.Filter.Status
	if (ours == nil) != (theirs == nil) || ours != nil && *ours != *theirs {
		return false
	}
	c.Filter.Status = ours
	return c == b.choice
}

// Mark shows what is chosen.
func (b *filterBar) Mark(c refresh.Choice) {
	b.choice = c
	for i, r := range rangeOrder {
		b.ranges[i].Choose(r == c.Range)
	}
	status := ""
	if c.Filter.Status != nil {
		status = c.Filter.Status.String()
	}
	if c.Filter.Direction == metrics.DirectionOther {
		b.OfferOther(true)
	}
	b.directions.Select(c.Filter.Direction)
	b.phones.Select(b.account.Key(c.Filter.ExoPhone))
	b.statuses.Select(status)
	if c.Filter.Text != metrics.SearchText(b.search.Text) { // else it stays as it was typed
		b.search.SetText(c.Filter.Text)
	}
}

// SetPhones offers the account's ExoPhones, and the lines that occur in the calls,
// each of them once.
func (b *filterBar) SetPhones(account *exotel.Directory, occurring []string, h heartbeat.Health) {
	options := []menuOption{{tr("All ExoPhones"), ""}}
	b.account, b.named = account, map[string]string{}
	offer := func(number, name string) {
		key := account.Key(number)
		if b.named[key] != "" {
			return
		}
		text := oneLine(number, 40)
		b.named[key] = number
		if name != "" && account.Key(name) != key {
			text = dotted(oneLine(name, 100), text)
			b.named[key] = name
		}
		options = append(options, menuOption{text, key})
	}
	for _, p := range account.ExoPhones() {
		offer(p.Dialled(), p.Name)
	}
	for _, number := range occurring {
		offer(number, "")
	}
	downFirst(options[1:], h)
	chosen := account.Key(b.choice.Filter.ExoPhone)
	if chosen != "" && b.named[chosen] == "" {
		options = append(options, menuOption{oneLine(chosen, 40), chosen})
	}
	b.phones.SetOptions(options)
	b.phones.Select(chosen)
}

// filterText says of which calls figures are, "" for all.
func (b *filterBar) filterText(f metrics.Filter) string {
	var parts []string
	if f.Direction != "" {
		parts = append(parts, inSentence(directionName(f.Direction)))
	}
	if f.ExoPhone != "" {
		parts = append(parts, cmp.Or(b.named[b.account.Key(f.ExoPhone)], f.ExoPhone))
	}
	if f.Status != nil {
		parts = append(parts, inSentence(statusName(*f.Status)))
	}
	if f.Text != "" {
		parts = append(parts, "“"+f.Text+"”")
	}
	if len(parts) == 0 {
		return ""
	}
	return tr("Only: %s", strings.Join(parts, " · "))
}

// inSentence is a text that does not begin a sentence.
func inSentence(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToLower(first)) + text[size:]
}
