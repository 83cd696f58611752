package journal

import "zombiezen.com/go/sqlite/sqlitemigration"

// Schema is the schema of a journal's file. A script that was released is never changed:
// a new version is one more. Times are milliseconds since 1970, 0 for none.
var Schema = sqlitemigration.Schema{AppID: 0x4578436a, Migrations: []string{tables}}

const tables = `
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
