package file

import "zombiezen.com/go/sqlite/sqlitemigration"

// schema has a script for each version of the file. A script that was released
// is never changed: a new version is one more, and the test of the versions
// brings a file of each older one forward.
var schema = sqlitemigration.Schema{AppID: 0x45784361, Migrations: []string{calls, incidents}}

// calls are what metrics/archive keeps. Times are seconds since 1970, only
// read_at is milliseconds.
//
// Calls are ordered by time, because new ones then come at the end and those of
// a day lie together: with the random Sid first, filling is 15 times slower. A
// sid is a BLOB where it could be packed and a TEXT where not; what else is known
// of a call is packed into facts, with the help of kind and address, which hold
// once what many calls share.
const calls = `
	CREATE TABLE call (
		created INTEGER NOT NULL, sid ANY NOT NULL, facts BLOB NOT NULL,
		PRIMARY KEY (created, sid)
	) STRICT, WITHOUT ROWID;
	CREATE TABLE kind (
		id INTEGER PRIMARY KEY, has INTEGER NOT NULL, recording TEXT NOT NULL,
		direction TEXT NOT NULL, status TEXT NOT NULL, exophone TEXT NOT NULL, answered_by TEXT NOT NULL,
		leg1 TEXT NOT NULL, leg2 TEXT NOT NULL
	) STRICT;
	CREATE TABLE address (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;
	CREATE TABLE day (
		starts INTEGER PRIMARY KEY, ends INTEGER NOT NULL,
		announced INTEGER NOT NULL, received INTEGER NOT NULL, unreadable INTEGER NOT NULL, missing INTEGER NOT NULL,
		read_at INTEGER NOT NULL, complete INTEGER NOT NULL
	) STRICT;
`

// incidents are what heartbeat/journal keeps, as it did in a file of its own.
// Times are milliseconds since 1970, 0 for none.
const incidents = `
	CREATE TABLE alert (
		id INTEGER PRIMARY KEY, level TEXT NOT NULL, worst TEXT NOT NULL,
		opened INTEGER NOT NULL, closed INTEGER NOT NULL, acknowledged INTEGER NOT NULL,
		untold INTEGER NOT NULL, told INTEGER NOT NULL, reminded INTEGER NOT NULL,
		announced INTEGER NOT NULL, held INTEGER NOT NULL, done INTEGER NOT NULL
	) STRICT;
	CREATE INDEX alert_opened ON alert (opened);
	CREATE TABLE incident (
		id INTEGER PRIMARY KEY, alert INTEGER NOT NULL REFERENCES alert ON DELETE CASCADE,
		key TEXT NOT NULL, number TEXT NOT NULL, name TEXT NOT NULL, direction TEXT NOT NULL,
		word TEXT NOT NULL, alternates TEXT NOT NULL, opened INTEGER NOT NULL, closed INTEGER NOT NULL
	) STRICT;
	CREATE INDEX incident_alert ON incident (alert);
	CREATE TABLE step (
		alert INTEGER NOT NULL REFERENCES alert ON DELETE CASCADE,
		at INTEGER NOT NULL, step TEXT NOT NULL, level TEXT NOT NULL
	) STRICT;
	CREATE INDEX step_alert ON step (alert);
	CREATE TABLE delivery (
		id INTEGER PRIMARY KEY, alert INTEGER REFERENCES alert ON DELETE CASCADE,
		at INTEGER NOT NULL, kind TEXT NOT NULL, title TEXT NOT NULL, body TEXT NOT NULL,
		urgent INTEGER NOT NULL, sound INTEGER NOT NULL, state TEXT NOT NULL, error TEXT NOT NULL
	) STRICT;
	CREATE INDEX delivery_alert ON delivery (alert);
	CREATE TABLE span (
		key TEXT NOT NULL, direction TEXT NOT NULL, began INTEGER NOT NULL, ended INTEGER NOT NULL, up INTEGER NOT NULL,
		PRIMARY KEY (key, direction, began)
	) STRICT, WITHOUT ROWID;
	CREATE TABLE odd (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, size INTEGER NOT NULL, body BLOB NOT NULL) STRICT;
	CREATE TABLE memo (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
`
