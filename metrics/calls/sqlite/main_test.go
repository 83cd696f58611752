package sqlite_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"testing"
)

// helperEnv and pathEnv name what the test binary does instead of testing, as a
// process of its own, and the file that it does it with.
const (
	helperEnv = "EXOTEL_TEST_HELPER"
	pathEnv   = "EXOTEL_TEST_PATH"
)

var helpers = map[string]func(path string) error{"save": saveForever, "open": openAndClose}

func TestMain(m *testing.M) {
	if helper := helpers[os.Getenv(helperEnv)]; helper != nil {
		if err := helper(os.Getenv(pathEnv)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// process returns a process that does what a helper does.
func process(helper, path string) *exec.Cmd {
	command := exec.Command(os.Args[0])
	command.Env = append(os.Environ(), helperEnv+"="+helper, pathEnv+"="+path)
	command.Stderr = os.Stderr
	return command
}

// printLine prints a value for the process that waits for it.
func printLine(value any) error { return json.NewEncoder(os.Stdout).Encode(value) }
