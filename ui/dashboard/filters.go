package dashboard

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
	"exotel-monitor/metrics/refresh"
	"exotel-monitor/ui/kit"
	"exotel-monitor/ui/text"
)

// filterBar chooses the range and which calls of it are shown.
type filterBar struct {
	view      *fyne.Container
	Choice    refresh.Choice
	format    text.Format
	onChoose  func(refresh.Choice)
	askPeriod func()

	ranges     []*kit.Chip
	Directions *kit.MenuChip
	Phones     *kit.MenuChip
	Statuses   *kit.MenuChip
	Search     *kit.Field // what is looked for in the numbers and addresses of a call's parties
	account    *exotel.Directory
	named      map[string]string // the ExoPhones' names, or their whole numbers, by key in the directory
}

var rangeOrder = []metrics.Range{metrics.Today, metrics.Yesterday, metrics.Last7Days, metrics.Last30Days, metrics.ThisMonth, metrics.AllStored, metrics.Custom}

func rangeName(r metrics.Range) string {
	switch r {
	case metrics.Yesterday:
		return text.Tr("Yesterday")
	case metrics.Last7Days:
		return text.Tr("7 days")
	case metrics.Last30Days:
		return text.Tr("30 days")
	case metrics.ThisMonth:
		return text.Tr("This month")
	case metrics.AllStored:
		return text.Tr("All stored")
	case metrics.Custom:
		return text.Tr("Custom…")
	default:
		return text.Tr("Today")
	}
}

func directionName(d string) string {
	switch d {
	case exotel.DirectionInbound:
		return text.Tr("Inbound")
	case exotel.DirectionOutboundDial:
		return text.Tr("Outbound, dialled")
	case exotel.DirectionOutboundAPI:
		return text.Tr("Outbound, API")
	case metrics.DirectionOther:
		return text.Tr("Other direction")
	default:
		return text.Tr("All directions")
	}
}

func statusName(s metrics.Status) string {
	switch s {
	case metrics.Answered:
		return text.Tr("Answered")
	case metrics.NoAnswer:
		return text.Tr("No answer")
	case metrics.Busy:
		return text.Tr("Busy")
	case metrics.Failed:
		return text.Tr("Failed")
	case metrics.Canceled:
		return text.Tr("Cancelled")
	case metrics.Live:
		return text.Tr("Live")
	default:
		return text.Tr("Other status")
	}
}

// newFilterBar returns the bar. onChoose hears of every change; AskPeriod opens
// the dialog for a custom range.
func newFilterBar(f text.Format, onChoose func(refresh.Choice), askPeriod func()) *filterBar {
	b := &filterBar{format: f, onChoose: onChoose, askPeriod: askPeriod}
	segments := kit.NewRow(-1)
	for _, r := range rangeOrder {
		segment := kit.NewChip(kit.LookSegment, rangeName(r), func() { b.ChooseRange(r) })
		b.ranges = append(b.ranges, segment)
		segments.Add(segment)
	}
	statuses := []kit.Option{{Text: text.Tr("All statuses"), Value: ""}}
	for _, s := range metrics.AllStatuses() {
		statuses = append(statuses, kit.Option{Text: statusName(s), Value: s.String()})
	}
	b.Directions = kit.NewMenuChip(directionOptions(false), func(value string) {
		b.Choice.Filter.Direction = value
		b.changed()
	})
	b.Phones = kit.NewMenuChip([]kit.Option{{Text: text.Tr("All ExoPhones"), Value: ""}}, func(value string) {
		b.Choice.Filter.ExoPhone = value
		b.changed()
	})
	b.Statuses = kit.NewMenuChip(statuses, func(value string) {
		b.Choice.Filter.Status = nil
		if s, ok := metrics.ParseStatus(value); ok {
			b.Choice.Filter.Status = &s
		}
		b.changed()
	})
	b.Search = kit.NewField()
	b.Search.PlaceHolder = text.Tr("Search by number")
	b.Search.OnChanged = b.find
	b.Search.Escape = func() {
		b.Search.SetText("")
		if c := fyne.CurrentApp().Driver().CanvasForObject(b.Search); c != nil {
			c.Unfocus()
		}
	}
	b.view = kit.NewRow(10, segments, layout.NewSpacer(),
		container.New(&kit.WidthLayout{Width: searchWidth}, b.Search), b.Directions.Chip, b.Phones.Chip, b.Statuses.Chip)
	b.Mark(refresh.Choice{})
	return b
}

const searchWidth = 170

func directionOptions(other bool) []kit.Option {
	directions := []string{"", exotel.DirectionInbound, exotel.DirectionOutboundDial, exotel.DirectionOutboundAPI}
	if other {
		directions = append(directions, metrics.DirectionOther)
	}
	var options []kit.Option
	for _, d := range directions {
		options = append(options, kit.Option{Text: directionName(d), Value: d})
	}
	return options
}

// offerOther says whether there are calls of a direction that is none of Exotel's.
func (b *filterBar) offerOther(any bool) {
	b.Directions.SetOptions(directionOptions(any || b.Choice.Filter.Direction == metrics.DirectionOther))
}

// find shows the calls with a party that has the text in its number or address.
func (b *filterBar) find(text string) {
	if wanted := metrics.SearchText(text); wanted != b.Choice.Filter.Text {
		b.Choice.Filter.Text = wanted
		b.changed()
	}
}

// ChooseRange chooses a range, or asks for the days of a custom one.
func (b *filterBar) ChooseRange(r metrics.Range) {
	if r == metrics.Custom {
		b.askPeriod()
		return
	}
	b.Choice.Range = r
	b.changed()
}

// ShowPeriod chooses days by their dates.
func (b *filterBar) ShowPeriod(p metrics.Period) {
	b.Choice.Range, b.Choice.Custom = metrics.Custom, p
	b.changed()
}

// ClearFilter chooses all calls of the range.
func (b *filterBar) ClearFilter() {
	b.Choice.Filter = metrics.Filter{}
	b.changed()
}

func (b *filterBar) changed() {
	b.Mark(b.Choice)
	b.onChoose(b.Choice)
}

// shows reports whether c is what was chosen last. A snapshot of another choice
// is the late answer to an older one.
func (b *filterBar) shows(c refresh.Choice) bool {
	ours, theirs := b.Choice.Filter.Status, c.Filter.Status
	if (ours == nil) != (theirs == nil) || ours != nil && *ours != *theirs {
		return false
	}
	c.Filter.Status = ours
	return c == b.Choice
}

// Mark shows what is chosen.
func (b *filterBar) Mark(c refresh.Choice) {
	b.Choice = c
	for i, r := range rangeOrder {
		b.ranges[i].Choose(r == c.Range)
	}
	status := ""
	if c.Filter.Status != nil {
		status = c.Filter.Status.String()
	}
	if c.Filter.Direction == metrics.DirectionOther {
		b.offerOther(true)
	}
	b.Directions.Select(c.Filter.Direction)
	b.Phones.Select(b.account.Key(c.Filter.ExoPhone))
	b.Statuses.Select(status)
	if c.Filter.Text != metrics.SearchText(b.Search.Text) { // else it stays as it was typed
		b.Search.SetText(c.Filter.Text)
	}
}

// SetPhones offers the account's ExoPhones, and the lines that occur in the calls,
// each of them once.
func (b *filterBar) SetPhones(account *exotel.Directory, occurring []string, h heartbeat.Health) {
	options := []kit.Option{{Text: text.Tr("All ExoPhones"), Value: ""}}
	b.account, b.named = account, map[string]string{}
	offer := func(number, name string) {
		key := account.Key(number)
		if b.named[key] != "" {
			return
		}
		words := b.format.OneLine(number, 40)
		b.named[key] = number
		if name != "" && account.Key(name) != key {
			words = text.Dotted(b.format.OneLine(name, 100), words)
			b.named[key] = name
		}
		options = append(options, kit.Option{Text: words, Value: key})
	}
	for _, p := range account.ExoPhones() {
		offer(p.NumberOrSID(), p.Name)
	}
	for _, number := range occurring {
		offer(number, "")
	}
	downFirst(options[1:], h)
	chosen := account.Key(b.Choice.Filter.ExoPhone)
	if chosen != "" && b.named[chosen] == "" {
		options = append(options, kit.Option{Text: b.format.OneLine(chosen, 40), Value: chosen})
	}
	b.Phones.SetOptions(options)
	b.Phones.Select(chosen)
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
	return text.Tr("Only: %s", strings.Join(parts, " · "))
}

// inSentence is a text that does not begin a sentence.
func inSentence(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToLower(first)) + text[size:]
}
