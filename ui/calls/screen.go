package calls

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"

	"exotel-monitor/metrics"
	"exotel-monitor/metrics/calls"
	"exotel-monitor/ui/kit"
	"exotel-monitor/ui/text"
)

// Screen lists the calls of a query.
type Screen struct {
	View *fyne.Container
	// List is to be focused when the screen is opened.
	List *kit.Rows

	count    *kit.Text
	about    *kit.Text // which calls they are
	failed   *kit.Notice
	headings []*kit.Chip
	export   *kit.Chip
	detail   *detail
	foot     *kit.Text

	actions Actions
	format  text.Format
	query   calls.Query
	pages   pages
	known   bool // how many calls there are
	loads   int  // queries so far; the answer to an older one comes too late
}

// Actions is what the screen asks its owner for. All are required. What is handed to
// Count, Page and Caller is called later, on Fyne's goroutine.
type Actions struct {
	Count  func(q calls.Query, then func(int, error))
	Page   func(q calls.Query, then func([]calls.Call, error))
	Caller func(address string, then func(Caller, error))
	Export func(q calls.Query)
	Copy   func(what string)
	Open   func(address string) // in the browser, or whatever program opens it
	Name   func(line string) string
}

// Caller is what is stored of one caller.
type Caller struct {
	Calls, Spoke, Missed int
	First                time.Time    // of the stored calls
	Recent               []calls.Call // newest first
}

// New returns a screen without calls.
func New(format text.Format, actions Actions) *Screen {
	s := &Screen{
		count: kit.NewBoldText(kit.SizeLabel), about: kit.NewText(kit.ColorMuted, kit.SizeLabel, 1),
		failed: kit.NewNotice(), foot: kit.NewText(kit.ColorMuted, kit.SizeSub, 1), actions: actions, format: format,
	}
	s.about.MaxWidth = 420
	s.export = kit.NewChip(kit.LookButton, text.Tr("Export CSV…"), func() { s.actions.Export(s.query) })
	s.List = kit.NewRows(func() fyne.CanvasObject { return newRow() }, s.fill)
	s.List.OnShown = s.load
	s.List.OnSelected = func(int) { s.showSelected() }
	s.List.OnOpened = func(int) { s.showSelected() }
	s.detail = newDetail(s)
	heads := &fyne.Container{Layout: columnsLayout()}
	for _, c := range columns {
		heading := kit.NewChip(kit.LookHeading, "", nil)
		if c.sorted {
			heading.OnTapped = func() { s.sortBy(c.by) }
		}
		s.headings = append(s.headings, heading)
		heads.Objects = append(heads.Objects, heading)
	}
	top := kit.NewRow(10, s.count, s.about, layout.NewSpacer(), s.export)
	head := container.New(&kit.PageLayout{Gap: 6}, top, container.New(layout.NewCustomPaddedLayout(0, 0, kit.RowsInset, kit.RowsBar), heads))
	list := kit.NewPanel(container.New(layout.NewBorderLayout(head, nil, nil, nil), head, s.List))
	split := container.New(&splitLayout{gap: 12}, list, s.detail.view)
	s.View = container.New(&kit.PageLayout{Gap: 12, Side: 32, End: 16, Grower: split}, s.failed.View, split, s.foot)
	s.foot.Set(text.Tr("Arrows: move · Enter: details · Ctrl+C: copy the number · Esc: back"))
	s.showOrder()
	return s
}

// Set shows the calls of a query, and what they are in words.
func (s *Screen) Set(q calls.Query, about string) {
	s.query = q
	s.about.Set(about)
	s.showOrder()
	s.List.Reset()
	s.detail.clear()
	s.reload(false)
}

// Refresh shows the same calls again, after some were stored. What is selected stays.
func (s *Screen) Refresh(now time.Time) {
	s.query.Now = now
	s.reload(true)
}

// reload counts the calls anew. What was shown stays until they are there.
func (s *Screen) reload(keep bool) {
	s.loads++
	mine := s.loads
	if !keep {
		s.known = false
		s.count.Set(text.Tr("Loading…"))
		s.pages.clear()
		s.List.SetCount(0)
	}
	s.actions.Count(s.query, func(n int, err error) {
		switch {
		case mine != s.loads:
		case err != nil:
			s.fail(err)
		default:
			s.failed.Set(kit.NoticeText{})
			s.known = true
			s.count.Set(text.TrN(n, "%s calls", s.format.Count(n)))
			s.pages.outdate()
			s.List.SetCount(n)
			s.List.Reload()
			s.View.Refresh()
		}
	})
}

func (s *Screen) fail(err error) {
	s.failed.Set(kit.NoticeText{
		Tone: kit.Caution, Title: text.Tr("Calls not loaded"), Body: text.Error(err),
		Action: text.Tr("Try again"), Do: func() { s.reload(false) },
	})
	s.View.Refresh()
}

// load asks for the pages that rows in sight are on.
func (s *Screen) load(from, to int) {
	mine := s.loads
	for _, n := range s.pages.missing(from, to) {
		q := s.query
		q.Skip, q.Limit = n*pageSize, pageSize
		s.actions.Page(q, func(page []calls.Call, err error) {
			if mine != s.loads {
				return
			}
			if err != nil {
				s.pages.drop(n)
				s.fail(err)
				return
			}
			s.pages.set(n, page)
			s.List.Refresh()
			if s.detail.sid == "" {
				s.showSelected()
			}
		})
	}
}

// fill shows a call in a row of the list.
func (s *Screen) fill(object fyne.CanvasObject, n int) {
	object.(*row).set(s, s.pages.call(n))
}

func (s *Screen) showSelected() {
	if call := s.pages.call(s.List.Selected()); call != nil {
		s.detail.set(call)
	}
}

// sortBy sorts by a column, and by the same again the other way round.
func (s *Screen) sortBy(by calls.Column) {
	o := &s.query.Order
	if o.By == by {
		o.Ascending = !o.Ascending
	} else {
		*o = calls.Order{By: by, Ascending: by == calls.Caller || by == calls.Line || by == calls.Agent}
	}
	s.showOrder()
	s.List.Reset()
	s.detail.clear()
	s.reload(false)
}

func (s *Screen) showOrder() {
	for i, c := range columns {
		name := c.name()
		if c.sorted && c.by == s.query.Order.By {
			if s.query.Order.Ascending {
				name += " ▴"
			} else {
				name += " ▾"
			}
		}
		s.headings[i].Set(name)
	}
}

// Query returns the query of the calls that are listed, in their order.
func (s *Screen) Query() calls.Query { return s.query }

// Copied returns the number of the selected call's caller, "" for none.
func (s *Screen) Copied() string { return s.detail.customer }

// clock returns a time as it is shown in the list: without the day where all calls are of
// one.
func (s *Screen) clock(at time.Time) string {
	if p := s.query.Period; p != (metrics.Period{}) && p.Days() == 1 {
		return s.format.Time(at.In(s.format.Zone), "15:04:05")
	}
	return s.dayClock(at)
}

// dayClock returns a time with its day.
func (s *Screen) dayClock(at time.Time) string {
	return s.format.Time(at.In(s.format.Zone), "2 Jan 15:04")
}

// lineName returns a line as it is shown.
func (s *Screen) lineName(line string) string {
	if line == "" {
		return "—"
	}
	if name := s.actions.Name(line); name != "" {
		return s.format.OneLine(name, 40)
	}
	return s.format.Phone(line)
}

// splitLayout sets the list and the detail side by side, or one below the other where
// the list would be too narrow.
type splitLayout struct{ gap float32 }

const (
	detailWidth = 360
	listWidth   = 560 // the least beside the detail
)

// Layout implements fyne.Layout.
func (l *splitLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	list, detail := objects[0], objects[1]
	if size.Width < listWidth+l.gap+detailWidth {
		height := (size.Height - l.gap) * 0.55
		list.Resize(fyne.NewSize(size.Width, height))
		detail.Move(fyne.NewPos(0, height+l.gap))
		detail.Resize(fyne.NewSize(size.Width, size.Height-height-l.gap))
		return
	}
	list.Resize(fyne.NewSize(size.Width-l.gap-detailWidth, size.Height))
	detail.Move(fyne.NewPos(size.Width-detailWidth, 0))
	detail.Resize(fyne.NewSize(detailWidth, size.Height))
}

// MinSize implements fyne.Layout.
func (l *splitLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(detailWidth, 440)
}
