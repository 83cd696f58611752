package settings

import (
	"errors"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"exotel-monitor/ui/config"
	"exotel-monitor/ui/kit"
	"exotel-monitor/ui/text"
)

// callsSection is the part of the settings screen about calls on this computer.
type callsSection struct {
	rows     []fyne.CanvasObject
	shareRow fyne.CanvasObject // which is in another section
	Keep     *kit.MenuChip
	share    *kit.Field
	mask     *check
	Per      *kit.Text // what share is of
	beside   *fyne.Container
	months   int // chosen in keep
}

func newCallsSection(submit, changed func()) *callsSection {
	p := &callsSection{share: kit.NewField(), Per: kit.NewText(kit.ColorMuted, theme.SizeNameCaptionText, 1), mask: newCheck(text.Tr("Hide phone numbers on screen"), submit)}
	var options []kit.Option
	for _, months := range config.KeepChoices {
		options = append(options, kit.Option{Text: text.Months(months), Value: strconv.Itoa(months)})
	}
	p.Keep = kit.NewMenuChip(options, func(value string) {
		p.months, _ = strconv.Atoi(value)
		p.Keep.Select(value)
		changed()
	})
	p.beside = kit.NewRow(10, container.New(&kit.WidthLayout{Width: kit.NumberWidth}, p.share), p.Per)
	p.Keep.Chip.Label = text.Tr("How long to keep calls")
	p.rows = []fyne.CanvasObject{
		kit.NewFormRow(text.Tr("Keep calls"), kit.NewRow(0, p.Keep.Chip), kit.NewHint(text.Tr("Calls older than this are deleted from this computer."))),
		kit.NewFormRow("", p.mask, kit.NewHint(text.Tr("Also in notifications. Names still show. Copies and exports contain full numbers."))),
	}
	p.shareRow = kit.NewFormRow(text.Tr("Downloads may use"), p.beside)
	return p
}

// Set shows saved settings.
func (p *callsSection) Set(s config.Settings) {
	p.months = s.KeepMonths
	p.Keep.Select(strconv.Itoa(s.KeepMonths))
	p.share.SetText(strconv.Itoa(s.FillShare))
	p.mask.SetChecked(s.MaskNumbers)
	p.ShowRate(strconv.Itoa(s.RatePerMinute))
}

// ShowRate says of how many requests a minute the share is, as they are entered.
func (p *callsSection) ShowRate(entered string) {
	p.Per.Set(text.Tr("% of the request limit (5–100)"))
	if rate, err := strconv.Atoi(strings.TrimSpace(entered)); err == nil && rate == 0 {
		p.Per.Set(text.Tr("% (no effect without a request limit)"))
	}
	p.beside.Refresh()
}

// Read puts what was entered into settings.
func (p *callsSection) Read(s *config.Settings) error {
	share, err := wholeNumber(p.share)
	if err != nil {
		return errors.New(text.Tr("Enter a whole percentage for downloads."))
	}
	s.KeepMonths, s.FillShare, s.MaskNumbers = p.months, share, p.mask.Checked
	return nil
}

// shorter reports whether calls are kept for less time than before.
func shorter(months, before int) bool { return months > 0 && (before == 0 || months < before) }
