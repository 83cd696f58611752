package ui

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"exotel-monitor/heartbeat"
)

// healthLine says how the ExoPhones are: by shape, word and the colour of its
// edge; what is affected and since when; and what can be done about it. Below
// is a badge for each ExoPhone. It is one quiet line when all is well.
type healthLine struct {
	view         *panel
	shape        *mark
	level, about *words
	alternate    *chip
	acknowledge  *chip
	acknowledged *words
	trouble      *words // of our own
	snoozed      *words
	snooze       *fyne.Container // how long, and its end
	badges       *badgeRow

	grown  func() // hears that the strip wants another height
	height float32

	health heartbeat.Health
	asides healthAsides
	said   healthSaid
	number string // to use instead of the first affected line
	zone   *time.Location
	now    time.Time
}

// healthActions is what the strip asks its owner for. All are required.
type healthActions struct {
	acknowledge func()
	endSnooze   func()
	openPhone   func(key string) // of an ExoPhone, see exotel.NumberKey
	copy        func(text string)
}

// healthSaid is what of the strip changes with health, and not with time alone.
type healthSaid struct {
	level                 heartbeat.Level
	alternate             string
	trouble, snoozed      string
	ackable, acknowledged bool
}

// healthAsides is what the strip says besides the ExoPhones' health.
type healthAsides struct {
	deaf       error     // why heartbeats are not received
	unrecorded error     // why incidents cannot be recorded
	snoozed    time.Time // until when nobody is told anything; it may be past
}

const shapeSide = 15

func newHealthLine(actions healthActions) *healthLine {
	h := &healthLine{
		shape:        newMark(shapeSide),
		level:        newBoldWords(theme.SizeNameText),
		about:        newWords(colorMuted, theme.SizeNameText, 3),
		acknowledge:  newChip(lookButton, tr("Acknowledge"), actions.acknowledge),
		acknowledged: newWords(colorMuted, sizeLabel, 1),
		trouble:      newWords(colorMuted, sizeSub, 5),
		snoozed:      newWords(colorMuted, sizeSub, 1),
		grown:        func() {},
		zone:         time.UTC,
	}
	h.about.fit, h.trouble.fit = true, true
	h.acknowledged.Set(tr("Acknowledged"))
	h.alternate = newChip(lookButton, "", func() { actions.copy(h.number) })
	h.alternate.icon = theme.ContentCopyIcon()
	h.badges = newBadgeRow(actions.openPhone, h.refresh)
	h.snooze = rowOf(12, h.snoozed, newChip(lookButton, tr("End snooze"), actions.endSnooze))
	head := container.New(&headLayout{gap: 12}, rowOf(9, h.shape, h.level), h.about, h.alternate, h.acknowledge, h.acknowledged)
	h.view = newPanel(container.New(&pageLayout{gap: 10}, head, h.trouble, h.snooze, h.badges.view))
	h.view.padY = sizeBlockGap
	h.say(healthSaid{})
	return h
}

// Set shows the health of the ExoPhones, with times in zone. ackable says that
// there is trouble that the user can acknowledge, acknowledged that it has been.
func (h *healthLine) Set(health heartbeat.Health, ackable, acknowledged bool, zone *time.Location) {
	h.health, h.zone = health, zone
	if health.At.After(h.now) {
		h.now = health.At
	}
	said := healthSaid{level: health.Level, ackable: ackable && !acknowledged, acknowledged: acknowledged}
	if health.Level == heartbeat.OK {
		said.ackable, said.acknowledged = false, false
	}
	number, name := alternate(health)
	if h.number = number; number != "" {
		if name = oneLine(name, 40); name == "" {
			name = phoneText(number)
		}
		said.alternate = tr("Copy alternate: %s", name)
	}
	h.addAsides(&said)
	if changed := h.badges.Set(health.Phones); changed || said != h.said {
		h.say(said)
	}
	h.Tick(h.now)
}

// SetAsides shows what there is to say besides the health.
func (h *healthLine) SetAsides(a healthAsides) {
	h.asides = a
	h.Tick(h.now)
}

func (h *healthLine) addAsides(said *healthSaid) {
	said.trouble, said.snoozed = dotted(troubleText(h.health), ownTroubleText(h.asides)), ""
	if h.asides.snoozed.After(h.now) {
		said.snoozed = tr("Snoozed until %s", dayClock(h.asides.snoozed, h.now, h.zone))
	}
}

// Tick shows what changes with time alone.
func (h *healthLine) Tick(now time.Time) {
	h.now = now
	said := h.said
	if h.addAsides(&said); said != h.said {
		h.say(said)
	}
	h.about.Set(healthText(h.health, now, h.zone))
	h.resize()
}

// say shows what does not change with time alone.
func (h *healthLine) say(s healthSaid) {
	h.said = s
	look := levelLook(s.level)
	h.shape.Set(look)
	h.view.edge = look.color
	h.level.Set(s.level.String())
	h.about.SetColor(colorMuted)
	if s.level != heartbeat.OK && s.level != heartbeat.Unknown {
		h.about.SetColor(plain)
	}
	h.about.Set(healthText(h.health, h.now, h.zone))
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
