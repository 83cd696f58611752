package sqlite

import (
	"fmt"
	"log/slog"
	"time"

	"zombiezen.com/go/sqlite"

	"exotel-monitor/metrics/dbfile"
)

// zoneKey returns a text that identifies a zone: its offset from UTC if that never
// changes, and otherwise also its name.
func zoneKey(zone *time.Location) string {
	const firstYear, lastYear = 2000, 2040
	offset := func(year int, month time.Month) string {
		return time.Date(year, month, 1, 0, 0, 0, 0, zone).Format("-07:00:00")
	}
	first := offset(firstYear, time.January)
	for year := firstYear; year < lastYear; year++ {
		for month := time.January; month <= time.December; month++ {
			if other := offset(year, month); other != first {
				return fmt.Sprintf("%s %s %s", zone, first, other)
			}
		}
	}
	return first
}

func zoneOf(conn *sqlite.Conn) (key string, err error) {
	rows := 0
	err = each(conn, "SELECT zone FROM state", func(row *sqlite.Stmt) error {
		rows++
		key = row.ColumnText(0)
		return nil
	})
	if err == nil && rows != 1 {
		err = dbfile.ErrDamaged
	}
	return key, err
}

// checkZone returns an error if the times in the file were read in another zone.
func checkZone(conn *sqlite.Conn, zone *time.Location) error {
	key, err := zoneOf(conn)
	if err == nil && key != "" && key != zoneKey(zone) {
		err = fmt.Errorf("the calls were saved in another time zone than %s; choose that of the account, or start the window or serve alone, which moves the calls to the zone of its settings", zone)
	}
	return err
}

// adoptZone makes zone the zone of the file. It returns an error if the file can only be
// read.
func adoptZone(conn *sqlite.Conn, zone *time.Location, log *slog.Logger) error {
	return dbfile.Write(conn, func(conn *sqlite.Conn) error {
		is := zoneKey(zone)
		was, err := zoneOf(conn)
		if err != nil {
			return err
		}
		// On a read-only disk SQLite begins the transaction, and fails at the first
		// statement that writes.
		if err := run(conn, "UPDATE state SET zone = ?1 WHERE zone <> ?1", is); err != nil || was == is {
			return err
		}
		if err := rereadTimes(conn, zone); err != nil {
			return err
		}
		if was != "" {
			log.Info("the stored calls were moved to the account's time zone, and their days will be fetched again", "from", was, "to", is)
		}
		_, err = nextRevision(conn)
		return err
	})
}

// rereadTimes takes the wall clock of each call as a time in zone, and forgets what is
// known of the days.
func rereadTimes(conn *sqlite.Conn, zone *time.Location) error {
	type move struct{ id, by, offset int64 }
	var moves []move
	err := each(conn, "SELECT id, created, utc_offset FROM call", func(row *sqlite.Stmt) error {
		created, was := row.ColumnInt64(1), row.ColumnInt64(2)
		wall := time.Unix(created+was, 0).UTC()
		now := time.Date(wall.Year(), wall.Month(), wall.Day(), wall.Hour(), wall.Minute(), wall.Second(), 0, zone)
		_, offset := now.Zone()
		if m := (move{row.ColumnInt64(0), now.Unix() - created, int64(offset)}); m.by != 0 || m.offset != was {
			moves = append(moves, m)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, m := range moves {
		err := run(conn, `UPDATE call SET created = created + ?2, utc_offset = ?3, started = started + ?2, ended = ended + ?2, updated = updated + ?2
			WHERE id = ?1`, m.id, m.by, m.offset)
		if err != nil {
			return err
		}
	}
	for _, table := range []string{"day", "figures"} {
		if err := run(conn, "DELETE FROM "+table); err != nil {
			return err
		}
	}
	return nil
}
