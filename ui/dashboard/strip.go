package dashboard

import (
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"exotel-monitor/exotel"
	"exotel-monitor/heartbeat"
	"exotel-monitor/ui/kit"
	"exotel-monitor/ui/text"
)

// healthLine says how the ExoPhones are: by shape, word and the colour of its
// edge; what is affected and since when; and what can be done about it. Below
// is a badge for each ExoPhone. It is one quiet line when all is well.
type healthLine struct {
	view         *kit.Panel
	shape        *kit.Mark
	level, about *kit.Text
	alternate    *kit.Chip
	acknowledge  *kit.Chip
	acknowledged *kit.Text
	trouble      *kit.Text // of our own
	snoozed      *kit.Text
	snooze       *fyne.Container // how long, and its end
	badges       *badgeRow

	grown  func() // hears that the strip wants another height
	height float32

	health heartbeat.Health
	asides Asides
	said   healthSaid
	number string // to use instead of the first affected line
	format text.Format
	now    time.Time
}

// HealthActions is what the strip asks its owner for. All are required.
type HealthActions struct {
	Acknowledge func()
	EndSnooze   func()
	OpenPhone   func(key string) // of an ExoPhone, see exotel.NumberKey
	Copy        func(text string)
}

// healthSaid is what of the strip changes with health, and not with time alone.
type healthSaid struct {
	level                 heartbeat.Level
	alternate             string
	trouble, snoozed      string
	ackable, acknowledged bool
}

// Asides is what the strip says besides the ExoPhones' health.
type Asides struct {
	Deaf       error     // why heartbeats are not received
	Unrecorded error     // why incidents cannot be recorded
	Snoozed    time.Time // until when nobody is told anything; it may be past
}

func newHealthLine(f text.Format, actions HealthActions) *healthLine {
	h := &healthLine{
		shape:        kit.NewMark(kit.ShapeSide),
		level:        kit.NewBoldText(theme.SizeNameText),
		about:        kit.NewText(kit.ColorMuted, theme.SizeNameText, 3),
		acknowledge:  kit.NewChip(kit.LookButton, text.Tr("Acknowledge"), actions.Acknowledge),
		acknowledged: kit.NewText(kit.ColorMuted, kit.SizeLabel, 1),
		trouble:      kit.NewText(kit.ColorMuted, kit.SizeSub, 5),
		snoozed:      kit.NewText(kit.ColorMuted, kit.SizeSub, 1),
		grown:        func() {},
		format:       f,
	}
	h.about.Fit, h.trouble.Fit = true, true
	h.acknowledged.Set(text.Tr("Acknowledged"))
	h.alternate = kit.NewChip(kit.LookButton, "", func() { actions.Copy(h.number) })
	h.alternate.Icon = theme.ContentCopyIcon()
	h.badges = newBadgeRow(f, actions.OpenPhone, h.refresh)
	h.snooze = kit.NewRow(12, h.snoozed, kit.NewChip(kit.LookButton, text.Tr("End snooze"), actions.EndSnooze))
	head := container.New(&kit.HeadLayout{Gap: 12}, kit.NewRow(9, h.shape, h.level), h.about, h.alternate, h.acknowledge, h.acknowledged)
	h.view = kit.NewPanel(container.New(&kit.PageLayout{Gap: 10}, head, h.trouble, h.snooze, h.badges.view))
	h.view.PadY = kit.SizeBlockGap
	h.say(healthSaid{})
	return h
}

// set shows the health of the ExoPhones. ackable says that there is trouble that the
// user can acknowledge, acknowledged that it has been.
func (h *healthLine) set(health heartbeat.Health, ackable, acknowledged bool) {
	h.health = health
	if health.At.After(h.now) {
		h.now = health.At
	}
	said := healthSaid{level: health.Level, ackable: ackable && !acknowledged, acknowledged: acknowledged}
	if health.Level == heartbeat.OK {
		said.ackable, said.acknowledged = false, false
	}
	number, name := alternate(health)
	if h.number = number; number != "" {
		if name = h.format.OneLine(name, 40); name == "" {
			name = h.format.Phone(number)
		}
		said.alternate = text.Tr("Copy alternate: %s", name)
	}
	h.addAsides(&said)
	if changed := h.badges.set(health.Phones); changed || said != h.said {
		h.say(said)
	}
	h.tick(h.now)
}

// setAsides shows what there is to say besides the health.
func (h *healthLine) setAsides(a Asides) {
	h.asides = a
	h.tick(h.now)
}

func (h *healthLine) addAsides(said *healthSaid) {
	said.trouble, said.snoozed = text.Dotted(text.Trouble(h.health), ownTroubleText(h.asides, h.format)), ""
	if h.asides.Snoozed.After(h.now) {
		said.snoozed = text.Tr("Snoozed until %s", h.format.DayClock(h.asides.Snoozed, h.now))
	}
}

// tick shows what changes with time alone.
func (h *healthLine) tick(now time.Time) {
	h.now = now
	said := h.said
	if h.addAsides(&said); said != h.said {
		h.say(said)
	}
	h.about.Set(h.format.Health(h.health, now))
	h.resize()
}

// say shows what does not change with time alone.
func (h *healthLine) say(s healthSaid) {
	h.said = s
	look := kit.LevelLook(s.level)
	h.shape.Set(look)
	h.view.Edge = look.Color
	h.level.Set(s.level.String())
	h.about.SetColor(kit.ColorMuted)
	if s.level != heartbeat.OK && s.level != heartbeat.Unknown {
		h.about.SetColor(kit.ColorText)
	}
	h.about.Set(h.format.Health(h.health, h.now))
	h.trouble.Set(s.trouble)
	h.trouble.Hidden = s.trouble == ""
	h.snoozed.Set(s.snoozed)
	h.snooze.Hidden = s.snoozed == ""
	h.alternate.Set(s.alternate)
	h.alternate.Hidden = s.alternate == ""
	h.acknowledge.Hidden = !s.ackable
	h.acknowledged.Hidden = !s.acknowledged
	h.refresh()
}

func (h *healthLine) refresh() {
	h.view.Refresh()
	h.resize()
}

// resize tells when the strip wants another height than before.
func (h *healthLine) resize() {
	if height := h.view.MinSize().Height; height != h.height {
		h.height = height
		h.grown()
	}
}

// ownTroubleText says what does not work on our own side, else "".
func ownTroubleText(a Asides, f text.Format) string {
	deaf, unrecorded := "", ""
	if a.Deaf != nil {
		deaf = text.Tr("Heartbeats are not received: %s", f.OneLine(text.Reason(a.Deaf), 200))
	}
	if a.Unrecorded != nil {
		unrecorded = text.Tr("Incidents cannot be recorded: %s", f.OneLine(text.Reason(a.Unrecorded), 600))
	}
	return text.Dotted(deaf, unrecorded)
}

// alternate is the number to use instead of the worst line that is down, "" for none.
func alternate(h heartbeat.Health) (number, name string) {
	worst := slices.IndexFunc(h.Phones, heartbeat.PhoneHealth.IsAffected)
	if worst < 0 {
		return "", ""
	}
	known := map[string]heartbeat.PhoneHealth{}
	for _, p := range h.Phones {
		known[p.Key] = p
	}
	p := h.Phones[worst]
	line := p.Incoming
	if line.State != heartbeat.Down {
		line = p.Outgoing
	}
	for _, number := range line.Alternates {
		if p := known[exotel.NumberKey(number)]; !p.IsAffected() {
			return number, p.Name
		}
	}
	return "", ""
}
