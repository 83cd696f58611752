package file

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitemigration"
)

// Copy opens, in memory, what the file at path holds, which is only read: it is
// for one that cannot be written, or that another copy of the program has. What is
// written to it is gone when it is closed.
func Copy(ctx context.Context, path string, schema sqlitemigration.Schema) (*File, error) {
	conn, err := copied(ctx, path, schema)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read: %w", path, err)
	}
	return inMemory(conn), nil
}

func copied(ctx context.Context, path string, schema sqlitemigration.Schema) (*sqlite.Conn, error) {
	from, err := openReadOnly(path)
	if err != nil {
		return nil, err
	}
	defer from.Close()
	from.SetBusyTimeout(busyWait)
	to, err := sqlite.OpenConn(InMemory, sqlite.OpenReadWrite, sqlite.OpenCreate)
	if err != nil {
		return nil, err
	}
	if err := copyAll(to, from); err != nil {
		return nil, errors.Join(err, to.Close())
	}
	return prepared(ctx, to, schema)
}

// openReadOnly opens a file that may lie where nothing can be written. SQLite then
// cannot make what it keeps beside a file, and needs the word that the file does
// not change meanwhile; where its log lies beside it, some rows are only there.
func openReadOnly(path string) (*sqlite.Conn, error) {
	uri, err := readOnly(path)
	if err != nil {
		return nil, err
	}
	conn, err := openURI(uri)
	switch sqlite.ErrCode(err).ToPrimary() {
	case sqlite.ResultCantOpen, sqlite.ResultIOErr, sqlite.ResultFull: // the last on a full disk
	default:
		return conn, err
	}
	if info, stat := os.Stat(path + "-wal"); stat == nil && info.Size() > 0 {
		return nil, err
	}
	return openURI(uri + "&immutable=1")
}

// readOnly is the URI by which SQLite opens a database that stays as it is.
func readOnly(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	u := url.URL{Scheme: "file", Path: "/" + strings.TrimPrefix(filepath.ToSlash(path), "/"), RawQuery: "mode=ro"}
	return u.String(), nil
}

// openURI opens a database, and reads from it to know that this can be done.
func openURI(uri string) (*sqlite.Conn, error) {
	conn, err := sqlite.OpenConn(uri, sqlite.OpenReadOnly, sqlite.OpenURI)
	if err != nil {
		return nil, err
	}
	if _, err := number(conn, "PRAGMA user_version"); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return conn, nil
}

func copyAll(to, from *sqlite.Conn) error {
	backup, err := sqlite.NewBackup(to, "main", from, "main")
	if err != nil {
		return err
	}
	_, err = backup.Step(-1)
	return errors.Join(err, backup.Close())
}
