package instance

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// longestSocket is how many bytes the path of a socket may have everywhere:
// macOS has 104 with the zero at the end, Linux and Windows 108.
const longestSocket = 103

// place is where a data folder is claimed.
type place struct {
	claim  string // the folder of the lock
	socket string
}

// places finds and makes the folders of a claim. The lock is always in the data
// folder. The socket is beside it unless its path would be too long: then it is
// among the session's or the system's passing files, under a name that follows
// from the data folder's.
func places(dir string) (place, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return place{}, err
	}
	dir, err := filepath.Abs(dir)
	if err == nil {
		dir, err = filepath.EvalSymlinks(dir) // a folder has one claim, whatever it is called
	}
	if err != nil {
		return place{}, err
	}
	p := place{claim: filepath.Join(dir, folderName)}
	if err := makePrivate(p.claim, os.Getuid()); err != nil {
		return place{}, err
	}
	const socketName = "socket"
	if p.socket = filepath.Join(p.claim, socketName); len(p.socket) <= longestSocket {
		return p, nil
	}
	sum := sha256.Sum256([]byte(dir))
	name := "exotel-monitor-" + hex.EncodeToString(sum[:8])
	err = fmt.Errorf("the path %s is too long for a socket", p.socket)
	for _, passing := range []string{os.Getenv("XDG_RUNTIME_DIR"), os.TempDir()} {
		folder := filepath.Join(passing, name)
		p.socket = filepath.Join(folder, socketName)
		if !filepath.IsAbs(passing) || len(p.socket) > longestSocket {
			continue
		}
		if err = makePrivate(folder, os.Getuid()); err == nil {
			return p, nil
		}
	}
	return place{}, err
}

// makePrivate makes a folder that only the user may enter. One that is there is
// taken if it is the user's own: in a folder for all, such as /tmp, somebody
// else could have made it, or a link to one.
func makePrivate(folder string, uid int) error {
	if err := os.Mkdir(folder, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	info, err := os.Lstat(folder)
	if err != nil {
		return err
	}
	if !info.IsDir() || !ownedBy(info, uid) {
		return fmt.Errorf("%s is not a folder of your own; remove it", folder)
	}
	return os.Chmod(folder, 0o700)
}
