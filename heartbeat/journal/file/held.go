package file

import (
	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

// Held reports at once whether another copy of the program has the file at path.
func Held(path string) bool {
	conn, err := sqlite.OpenConn(path+lockMark, sqlite.OpenReadWrite)
	if err != nil {
		return false // Open says what is wrong
	}
	defer conn.Close()
	conn.SetBusyTimeout(0)
	err = sqlitex.ExecuteTransient(conn, "BEGIN EXCLUSIVE", nil)
	return sqlite.ErrCode(err).ToPrimary() == sqlite.ResultBusy
}
