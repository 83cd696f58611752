package settings

import (
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"

	"exotel-monitor/metrics"
	"exotel-monitor/ui/config"
	"exotel-monitor/ui/kit"
	"exotel-monitor/ui/text"
)

// zoneField is where the account's time zone is entered: a field that takes every
// zone, and a list of those that are likely.
type zoneField struct {
	*kit.Field
	row   fyne.CanvasObject
	list  *kit.Chip
	about *kit.Text // what the zone is, or what is wrong with it
}

func newZoneField() *zoneField {
	z := &zoneField{Field: kit.NewField(), about: kit.NewText(kit.ColorMuted, theme.SizeNameCaptionText, 1)}
	z.list = kit.NewChip(kit.LookButton, text.Tr("Choose"), z.open)
	z.list.Opens = true
	z.list.Label = text.Tr("Choose a time zone")
	field := container.New(layout.NewBorderLayout(nil, nil, nil, z.list), z.Field, z.list)
	z.row = kit.NewFormRow(text.Tr("Account time zone"), field, z.about)
	return z
}

// Zone returns the zone that is entered, by its full name if it is a zone that the
// list has. It may be none.
func (z *zoneField) Zone() string {
	entered := strings.TrimSpace(z.Text)
	if location(entered) != nil {
		return entered
	}
	var same []string
	for _, zone := range zones {
		if strings.EqualFold(plainZone(zone), plainZone(entered)) {
			return zone
		}
		if strings.EqualFold(city(zone), plainZone(entered)) {
			same = append(same, zone)
		}
	}
	if len(same) == 1 {
		return same[0]
	}
	return entered
}

// Valid reports whether what is entered is a zone.
func (z *zoneField) Valid() bool { return location(z.Zone()) != nil }

// show says below the field which zone is entered, or what to enter in its place.
func (z *zoneField) show() {
	if zone := z.Zone(); location(zone) != nil {
		z.about.SetColor(kit.ColorMuted)
		z.about.Set(text.Tr("Days and hours use this zone: %s.", zoneText(zone)))
		return
	}
	z.about.SetColor(theme.ColorNameError)
	if found := z.found(); len(found) > 0 {
		z.about.Set(text.Tr("That isn't a time zone. Do you mean %s?", strings.Join(found[:min(len(found), 3)], ", ")))
		return
	}
	z.about.Set(text.Tr("That isn't a time zone we know. Choose one from the list, or write it like %s.", config.DefaultZone))
}

// found returns the zones of the list with what is entered in their names.
func (z *zoneField) found() []string {
	part := strings.ToLower(plainZone(z.Text))
	if part == "" {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(zones), func(zone string) bool {
		return !strings.Contains(strings.ToLower(plainZone(zone)), part)
	})
}

// open shows the list: of the zones that were searched for, or of all.
func (z *zoneField) open() {
	offered, now := zones, z.Zone()
	if found := z.found(); !z.Valid() && len(found) > 0 {
		offered = found
	}
	menu := fyne.NewMenu("")
	for _, zone := range offered {
		item := fyne.NewMenuItem(text.Dotted(zone, zoneText(zone)), func() { z.SetText(zone) })
		item.Checked = zone == now
		menu.Items = append(menu.Items, item)
	}
	z.list.ShowMenu(menu)
}

// location returns a zone of that name, nil if there is none.
func location(zone string) *time.Location {
	of, err := config.Settings{Zone: zone}.Location()
	if err != nil {
		return nil
	}
	return of
}

// zoneText says how far a zone is from UTC now, "" if the system does not know it.
func zoneText(zone string) string {
	of := location(zone)
	if of == nil {
		return ""
	}
	return metrics.Zone(time.Now().In(of))
}

// plainZone is a zone's name as one would type it.
func plainZone(zone string) string { return strings.TrimSpace(strings.ReplaceAll(zone, "_", " ")) }

// city is the last part of a zone's name.
func city(zone string) string {
	zone = plainZone(zone)
	return zone[strings.LastIndex(zone, "/")+1:]
}

// zones are the zones of the list: first those where Exotel's accounts mostly are,
// then one or more of most countries.
var zones = []string{
	"Asia/Kolkata", "Asia/Singapore", "Asia/Dubai", "Asia/Jakarta", "Asia/Kuala_Lumpur", "Asia/Manila", "UTC", "Europe/London", "America/New_York",

	"Africa/Accra", "Africa/Addis_Ababa", "Africa/Algiers", "Africa/Cairo", "Africa/Casablanca", "Africa/Dar_es_Salaam", "Africa/Harare",
	"Africa/Johannesburg", "Africa/Kampala", "Africa/Lagos", "Africa/Lusaka", "Africa/Nairobi", "Africa/Tunis",
	"America/Anchorage", "America/Argentina/Buenos_Aires", "America/Bogota", "America/Chicago", "America/Denver", "America/Halifax", "America/Lima",
	"America/Los_Angeles", "America/Mexico_City", "America/Phoenix", "America/Santiago", "America/Sao_Paulo", "America/Toronto", "America/Vancouver",
	"Asia/Almaty", "Asia/Amman", "Asia/Baghdad", "Asia/Bahrain", "Asia/Baku", "Asia/Bangkok", "Asia/Beirut", "Asia/Brunei", "Asia/Colombo",
	"Asia/Dhaka", "Asia/Ho_Chi_Minh", "Asia/Hong_Kong", "Asia/Jerusalem", "Asia/Kabul", "Asia/Karachi", "Asia/Kathmandu", "Asia/Kuwait",
	"Asia/Makassar", "Asia/Muscat", "Asia/Phnom_Penh", "Asia/Qatar", "Asia/Riyadh", "Asia/Seoul", "Asia/Shanghai", "Asia/Taipei", "Asia/Tashkent",
	"Asia/Tbilisi", "Asia/Tehran", "Asia/Thimphu", "Asia/Tokyo", "Asia/Vientiane", "Asia/Yangon", "Asia/Yerevan",
	"Atlantic/Reykjavik", "Australia/Adelaide", "Australia/Brisbane", "Australia/Darwin", "Australia/Melbourne", "Australia/Perth", "Australia/Sydney",
	"Europe/Amsterdam", "Europe/Athens", "Europe/Belgrade", "Europe/Berlin", "Europe/Brussels", "Europe/Bucharest", "Europe/Budapest",
	"Europe/Copenhagen", "Europe/Dublin", "Europe/Helsinki", "Europe/Istanbul", "Europe/Kyiv", "Europe/Lisbon", "Europe/Madrid", "Europe/Moscow",
	"Europe/Oslo", "Europe/Paris", "Europe/Prague", "Europe/Rome", "Europe/Sofia", "Europe/Stockholm", "Europe/Vienna", "Europe/Warsaw", "Europe/Zurich",
	"Indian/Maldives", "Indian/Mauritius", "Pacific/Auckland", "Pacific/Fiji", "Pacific/Honolulu",
}
