package metrics

import (
	"testing"
	"time"
)

func TestCountsAreGrouped(t *testing.T) {
	for _, test := range []struct {
		n                int
		thousands, lakhs string
	}{
		{0, "0", "0"}, {7, "7", "7"}, {999, "999", "999"}, {1000, "1,000", "1,000"}, {1247, "1,247", "1,247"},
		{12470, "12,470", "12,470"}, {124700, "124,700", "1,24,700"}, {1247000, "1,247,000", "12,47,000"},
		{12470000, "12,470,000", "1,24,70,000"}, {-124700, "-124,700", "-1,24,700"},
	} {
		equal(t, "thousands", Thousands.Count(test.n), test.thousands)
		equal(t, "Indian", Indian.Count(test.n), test.lakhs)
	}
}

func TestDurationsAreWrittenAsInTheGuide(t *testing.T) {
	for seconds, want := range map[int]string{
		0: "0m 0s", 9: "0m 9s", 60: "1m 0s", 134: "2m 14s", 3599: "59m 59s", 3600: "1h 0m 0s", 4000: "1h 6m 40s", 360000: "100h 0m 0s",
	} {
		equal(t, "duration", Duration(seconds), want)
	}
}

func TestHoursAreWrittenAsTimes(t *testing.T) {
	equal(t, "hour", Hour(9), "09:00")
	equal(t, "hour", HourRange(11), "11:00–12:00")
	equal(t, "last hour", HourRange(23), "23:00–24:00")
}

func TestZoneIsWrittenWithItsOffset(t *testing.T) {
	for name, want := range map[string]string{
		"Asia/Kolkata": "IST (UTC+5:30)", "Asia/Singapore": "UTC+8", "America/New_York": "EST (UTC-5)",
		"America/St_Johns": "NST (UTC-3:30)", "UTC": "UTC",
	} {
		equal(t, name, Zone(time.Date(2026, 11, 22, 12, 0, 0, 0, zone(t, name))), want)
	}
}
