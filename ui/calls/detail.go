package calls

import (
	"net/url"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"exotel-monitor/exotel"
	"exotel-monitor/metrics"
	"exotel-monitor/metrics/calls"
	"exotel-monitor/ui/kit"
	"exotel-monitor/ui/text"
)

// detail shows one call: its parties, its legs, what Exotel calls it, and what its
// caller did before.
type detail struct {
	view     *kit.Panel
	parts    *fyne.Container
	screen   *Screen
	sid      string // of the call that is shown, "" for none
	customer string // the number of its caller, as Exotel wrote it
}

func newDetail(s *Screen) *detail {
	d := &detail{screen: s, parts: container.New(&kit.PageLayout{Gap: 10})}
	d.view = kit.NewPanel(container.NewVScroll(d.parts))
	d.clear()
	return d
}

// clear shows no call.
func (d *detail) clear() {
	d.sid, d.customer = "", ""
	hint := kit.NewText(kit.ColorMuted, kit.SizeLabel, 3)
	hint.Fit = true
	hint.Set(text.Tr("Choose a call to see its legs and what its caller did before."))
	d.parts.Objects = []fyne.CanvasObject{hint}
	d.parts.Refresh()
}

// set shows a call, and asks for its caller's others.
func (d *detail) set(call *calls.Call) {
	if d.sid == call.Sid {
		return
	}
	d.sid = call.Sid
	s := d.screen
	customer, agent := calls.Parties(&call.Call)
	d.customer = customer
	name := kit.NewBoldText(theme.SizeNameSubHeadingText)
	name.MaxWidth = detailWidth - 130
	name.Set(s.format.Phone(customer))
	head := kit.NewRow(8, name, layout.NewSpacer(), kit.NewChip(kit.LookButton, text.Tr("Copy"), func() { s.actions.Copy(customer) }))
	seen := small("")
	before := container.New(&kit.PageLayout{Gap: 6})
	d.parts.Objects = []fyne.CanvasObject{head, seen, d.legs(call, agent), d.buttons(call, customer), before}
	d.parts.Refresh()
	if customer == "" {
		return
	}
	s.actions.Caller(customer, func(c Caller, err error) {
		if d.sid != call.Sid {
			return
		}
		if err != nil {
			seen.Set(text.Error(err))
		} else {
			seen.Set(s.callerText(&c))
			d.showBefore(before, call, c.Recent)
		}
		d.parts.Refresh()
	})
}

func small(words string) *kit.Text {
	t := kit.NewText(kit.ColorMuted, kit.SizeSub, 4)
	t.Fit = true
	t.Set(words)
	return t
}

// callerText sums up what a caller did.
func (s *Screen) callerText(c *Caller) string {
	first := ""
	if !c.First.IsZero() {
		first = text.Tr("First seen %s", c.First.In(s.format.Zone).Format("2 Jan 2006"))
	}
	count := s.format.Count
	return text.Dotted(first, text.TrN(c.Calls, "%s calls", count(c.Calls)), text.Tr("spoke %s", count(c.Spoke)), text.Tr("missed %s", count(c.Missed)))
}

// legs shows the legs as bars of their length, and what Exotel calls the call.
func (d *detail) legs(call *calls.Call, agent string) fyne.CanvasObject {
	s := d.screen
	title := kit.NewBoldText(kit.SizeLabel)
	title.MaxWidth = detailWidth - 110
	title.Set(text.Dotted(s.clock(call.Created), text.Outcome(call.Outcome, call.Direction)))
	length := kit.NewText(kit.ColorMuted, kit.SizeLabel, 1)
	length.Set(lengthText(call.Duration))
	parts := []fyne.CanvasObject{kit.NewRow(8, title, layout.NewSpacer(), length)}
	names := [2]string{text.Tr("Caller"), text.Tr("Agent")}
	if call.Direction != exotel.DirectionInbound {
		names = [2]string{text.Tr("Agent"), text.Tr("Customer")}
	}
	if details := call.Details; details != nil {
		for i, status := range []string{details.Leg1Status, details.Leg2Status} {
			onCall := exotel.Unknown
			for _, leg := range details.Legs {
				if leg.ID == i+1 {
					onCall = leg.OnCall
				}
			}
			if status == "" && onCall == exotel.Unknown {
				continue
			}
			parts = append(parts, newLegBar(names[i], status, onCall, call.Duration, i))
		}
	} else {
		parts = append(parts, small(text.Tr("Exotel sent no legs for this call.")))
	}
	if why := text.WhyOutcome(&call.Call, call.Outcome); why != "" {
		parts = append(parts, small(why))
	}
	var facts []string
	facts = append(facts, text.Tr("Line: %s", s.lineName(call.ExoPhone)))
	if agent != "" {
		facts = append(facts, text.Tr("Agent: %s", s.format.Phone(agent)))
	}
	if call.Price != "" {
		facts = append(facts, text.Tr("Price: %s", call.Price))
	} else {
		facts = append(facts, text.Tr("Price not known yet"))
	}
	parts = append(parts, small(strings.Join(facts, " · ")))
	return kit.NewPanel(container.New(&kit.PageLayout{Gap: 8}, parts...))
}

// buttons are what can be done about a call.
func (d *detail) buttons(call *calls.Call, customer string) fyne.CanvasObject {
	s := d.screen
	row := kit.NewRow(8)
	if metrics.IsPhone(customer) {
		address := (&url.URL{Scheme: "tel", Opaque: strings.ReplaceAll(customer, " ", "")}).String()
		row.Add(kit.NewChip(kit.LookButton, text.Tr("Call…"), func() { s.actions.Open(address) }))
	}
	if call.RecordingURL != "" {
		row.Add(kit.NewChip(kit.LookButton, text.Tr("Open recording"), func() { s.actions.Open(call.RecordingURL) }))
	}
	row.Hidden = len(row.Objects) == 0
	return row
}

// showBefore lists the other calls of a caller.
func (d *detail) showBefore(list *fyne.Container, shown *calls.Call, recent []calls.Call) {
	var cells []fyne.CanvasObject
	for i := range recent {
		call := &recent[i]
		if call.Sid == shown.Sid {
			continue
		}
		about := text.Dotted(text.CallDirection(call.Direction)+" "+text.Outcome(call.Outcome, call.Direction)+talked(call), d.screen.lineName(call.ExoPhone))
		cells = append(cells, small(d.screen.dayClock(call.Created)), small(about))
	}
	list.Objects = nil
	if len(cells) > 0 {
		list.Objects = []fyne.CanvasObject{kit.BoldCell(text.Tr("Other calls")), container.New(&kit.TableLayout{Columns: 2, GapX: 12, GapY: 6}, cells...)}
	}
}

func talked(call *calls.Call) string {
	if t := talkText(call); t != "—" {
		return " " + t
	}
	return ""
}

// legBar is the length of a leg, as a share of the call's, with its words.
type legBar struct {
	widget.BaseWidget

	name, words *kit.Text
	share       float32
	second      bool
}

func newLegBar(name, status string, onCall, length, n int) *legBar {
	b := &legBar{name: kit.NewText(kit.ColorMuted, kit.SizeSub, 1), words: kit.NewText(kit.ColorMuted, kit.SizeSub, 1), second: n == 1}
	b.name.Set(name)
	words := status
	if onCall != exotel.Unknown {
		words = text.Tr("%s on the line", text.ClockLength(onCall))
		if status != exotel.StatusCompleted {
			words = text.Dotted(words, status)
		}
		if length > 0 {
			b.share = min(1, float32(onCall)/float32(length))
		}
	}
	b.words.Set(words)
	b.ExtendBaseWidget(b)
	return b
}

const (
	legName   = 64
	legLength = 84
	legHeight = 10
)

// CreateRenderer implements fyne.Widget.
func (b *legBar) CreateRenderer() fyne.WidgetRenderer {
	r := &legBarRenderer{bar: b, rect: canvas.NewRectangle(nil)}
	r.Refresh()
	return r
}

type legBarRenderer struct {
	bar  *legBar
	rect *canvas.Rectangle
}

// Destroy implements fyne.WidgetRenderer.
func (r *legBarRenderer) Destroy() {}

// Objects implements fyne.WidgetRenderer.
func (r *legBarRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.bar.name, r.rect, r.bar.words}
}

// MinSize implements fyne.WidgetRenderer.
func (r *legBarRenderer) MinSize() fyne.Size {
	return fyne.NewSize(legName+legLength+60, r.bar.name.MinSize().Height)
}

// Layout implements fyne.WidgetRenderer.
func (r *legBarRenderer) Layout(size fyne.Size) {
	r.bar.name.Resize(fyne.NewSize(legName, size.Height))
	r.rect.Move(fyne.NewPos(legName, (size.Height-legHeight)/2))
	r.rect.Resize(fyne.NewSize(max(1, legLength*r.bar.share), legHeight))
	r.bar.words.Move(fyne.NewPos(legName+legLength+8, 0))
	r.bar.words.Resize(fyne.NewSize(size.Width-legName-legLength-8, size.Height))
}

// Refresh implements fyne.WidgetRenderer.
func (r *legBarRenderer) Refresh() {
	th, variant := r.bar.Theme(), fyne.CurrentApp().Settings().ThemeVariant()
	name := kit.ColorAnswered
	if r.bar.second {
		name = kit.ColorNoAnswer
	}
	r.rect.FillColor = th.Color(name, variant)
	r.rect.CornerRadius = 2
	r.rect.Hidden = r.bar.share == 0
	r.Layout(r.bar.Size())
	canvas.Refresh(r.bar)
}
