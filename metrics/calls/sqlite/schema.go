package sqlite

import "zombiezen.com/go/sqlite/sqlitemigration"

// schema has a script for each version of the file. A script that was released
// never changes: a new version is one more.
var schema = sqlitemigration.Schema{AppID: 0x45784363, Migrations: []string{tables + outcomes + view}}

// Times are seconds since 1970, and only read_at is milliseconds. NULL stands for
// what Exotel left out.
//
// heard is when Exotel last returned a call, written while it may change the call.
//
// A row of line is a spelling of an ExoPhone in a call, which is its number or its
// SID. exophone is the account's list of them, and line.exophone the one that is
// meant, where the list has it.
//
// A row of party is a spelling of an address; same is the first row with the same
// key, which all spellings of a number share. What Exotel sent stands in sender and
// receiver, and who that is in customer and agent. counted, outcome and phase are
// the call's metrics.Classification, counted its status.
//
// recording has the links of recordings with {sid} in place of the call's Sid, which
// makes them the same for most calls.
//
// stored is the number of a day's rows and sum the sum of their checksums: if the
// rows no longer agree with these, the day is damaged. revision is the store's at the
// last change of the day.
// unfinished is the creation time of the newest call whose record is not finished.
//
// zone is what zoneKey says of the zone in which the times were read.
//
// figures is a cache of the rows of a day, made for questions about many days. It
// may be emptied at any time.
const tables = `
	CREATE TABLE line (id INTEGER PRIMARY KEY, address TEXT NOT NULL UNIQUE, key TEXT NOT NULL, exophone TEXT) STRICT;
	CREATE TABLE exophone (sid TEXT PRIMARY KEY, number TEXT NOT NULL, key TEXT NOT NULL, name TEXT NOT NULL) STRICT;
	CREATE TABLE party (id INTEGER PRIMARY KEY AUTOINCREMENT, address TEXT NOT NULL UNIQUE, key TEXT NOT NULL, same INTEGER NOT NULL) STRICT;
	CREATE INDEX party_key ON party (key);
	CREATE TABLE recording (id INTEGER PRIMARY KEY, link TEXT NOT NULL UNIQUE) STRICT;
	CREATE TABLE outcome (id INTEGER PRIMARY KEY, word TEXT NOT NULL) STRICT;
	CREATE TABLE call (
		id INTEGER PRIMARY KEY, sid TEXT NOT NULL UNIQUE, parent TEXT,
		created INTEGER NOT NULL, utc_offset INTEGER NOT NULL, started INTEGER, ended INTEGER, updated INTEGER,
		line INTEGER REFERENCES line, sender INTEGER REFERENCES party, receiver INTEGER REFERENCES party,
		customer INTEGER, agent INTEGER,
		direction TEXT NOT NULL, status TEXT NOT NULL,
		counted INTEGER NOT NULL, outcome INTEGER NOT NULL, phase INTEGER NOT NULL,
		duration INTEGER, talk INTEGER, price TEXT, answered_by TEXT, recording INTEGER REFERENCES recording,
		details INTEGER NOT NULL, leg1 TEXT, leg2 TEXT, legs TEXT, extra TEXT, heard INTEGER
	) STRICT;
	CREATE INDEX call_created ON call (created);
	CREATE INDEX call_open ON call (created) WHERE phase <> 0 OR duration IS NULL;
	CREATE TABLE day (
		date TEXT PRIMARY KEY, starts INTEGER NOT NULL, ends INTEGER NOT NULL,
		announced INTEGER NOT NULL, received INTEGER NOT NULL, unreadable INTEGER NOT NULL, missing INTEGER NOT NULL,
		read_at INTEGER NOT NULL, complete INTEGER NOT NULL, stored INTEGER NOT NULL, sum INTEGER NOT NULL, revision INTEGER NOT NULL,
		unfinished INTEGER
	) STRICT, WITHOUT ROWID;
	CREATE TABLE figures (date TEXT PRIMARY KEY, revision INTEGER NOT NULL, columns BLOB NOT NULL) STRICT;
	CREATE TABLE state (revision INTEGER NOT NULL, zone TEXT NOT NULL) STRICT;
	INSERT INTO state VALUES (0, '');
`

// outcomes has the words for metrics.Outcome.
const outcomes = `
	INSERT INTO outcome VALUES (0, 'spoke'), (1, 'no answer'), (2, 'busy'), (3, 'failed'), (4, 'gave up'), (5, 'hung up in menu'),
		(6, 'agent not reached'), (7, 'machine answered'), (8, 'live'), (9, 'end not known'), (10, 'not known yet'), (11, 'other');
`

// view is for people and their tools. It says what a call counts as at the moment
// of the question; how long a record may still be finished is metrics.Phase.MaxAge.
const view = `
	CREATE VIEW calls AS SELECT
		datetime(c.created + c.utc_offset, 'unixepoch') AS local_time,
		printf('%s%02d:%02d', iif(c.utc_offset < 0, '-', '+'), abs(c.utc_offset) / 3600, abs(c.utc_offset) / 60 % 60) AS zone,
		c.direction AS direction, coalesce(e.number, l.address) AS line, e.name AS line_name,
		f.address AS "from", t.address AS "to", customer.address AS customer, agent.address AS agent,
		c.status AS status,
		CASE
			WHEN c.phase = 1 AND c.created > unixepoch() - 14400 THEN 'live'
			WHEN c.phase = 2 AND c.created > unixepoch() - 86400 THEN 'not known yet'
			ELSE o.word
		END AS outcome,
		c.duration AS duration, c.talk AS talk, CAST(c.price AS REAL) AS price,
		iif(c.recording IS NULL, 'no', 'yes') AS recording,
		c.sid AS sid
	FROM call c
		LEFT JOIN line l ON l.id = c.line
		LEFT JOIN exophone e ON e.sid = l.exophone
		LEFT JOIN party f ON f.id = c.sender
		LEFT JOIN party t ON t.id = c.receiver
		LEFT JOIN party customer ON customer.id = c.customer
		LEFT JOIN party agent ON agent.id = c.agent
		LEFT JOIN outcome o ON o.id = c.outcome
	WHERE c.parent IS NULL;
`
