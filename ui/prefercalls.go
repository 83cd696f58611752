package ui

import (
	"errors"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"exotel-monitor/ui/config"
)

// preferCalls is the part of the settings screen about calls on this computer.
type preferCalls struct {
	view   fyne.CanvasObject
	keep   *menuChip
	share  *field
	mask   *check
	per    *words // what share is of
	row    *fyne.Container
	months int // chosen in keep
}

func newPreferCalls(submit func()) *preferCalls {
	p := &preferCalls{share: newField(), per: newWords(colorMuted, theme.SizeNameCaptionText, 1), mask: newCheck(tr("Hide phone numbers on screen"), submit)}
	var options []menuOption
	for _, months := range config.KeepChoices {
		options = append(options, menuOption{keepName(months), strconv.Itoa(months)})
	}
	p.keep = newMenuChip(options, func(value string) {
		p.months, _ = strconv.Atoi(value)
		p.keep.Select(value)
	})
	p.row = rowOf(10, container.New(&widthLayout{numberWidth}, p.share), p.per)
	p.keep.chip.label = tr("How long to keep calls")
	p.view = newSection(tr("Calls on this computer"), tr("Every call Exotel still has is downloaded in the background. See progress in Data."),
		newRow(tr("Keep calls"), rowOf(0, p.keep.chip), newHint(tr("Calls older than this are deleted from this computer."))),
		newRow(tr("Downloads may use"), p.row),
		newRow("", p.mask, newHint(tr("Also in notifications. Names still show. Copies and exports contain full numbers."))))
	return p
}

// Set shows saved settings.
func (p *preferCalls) Set(s config.Settings) {
	p.months = s.KeepMonths
	p.keep.Select(strconv.Itoa(s.KeepMonths))
	p.share.SetText(strconv.Itoa(s.FillShare))
	p.mask.SetChecked(s.MaskNumbers)
	p.ShowRate(strconv.Itoa(s.RatePerMinute))
}

// ShowRate says of how many requests a minute the share is, as they are entered.
func (p *preferCalls) ShowRate(entered string) {
	p.per.Set(tr("% of the request limit (5–100)"))
	if rate, err := strconv.Atoi(strings.TrimSpace(entered)); err == nil && rate == 0 {
		p.per.Set(tr("% (no effect without a request limit)"))
	}
	p.row.Refresh()
}

// Read puts what was entered into settings.
func (p *preferCalls) Read(s *config.Settings) error {
	share, err := wholeNumber(p.share)
	if err != nil {
		return errors.New(tr("Enter a whole percentage for downloads."))
	}
	s.KeepMonths, s.FillShare, s.MaskNumbers = p.months, share, p.mask.Checked
	return nil
}

// shorter reports whether calls are kept for less time than before.
func shorter(months, before int) bool { return months > 0 && (before == 0 || months < before) }
