package instance

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestACopyInAnotherProcessIsRaised(t *testing.T) {
	dir := t.TempDir()
	first := start(t, dir, "")
	if got := first.line(); got != "claimed" {
		t.Fatalf("the first copy says %q", got)
	}
	if got := start(t, dir, "exotel-monitor://alerts/12").line(); got != "running" {
		t.Errorf("the second copy says %q", got)
	}
	if got := first.line(); got != "link exotel-monitor://alerts/12" {
		t.Errorf("the first copy says %q", got)
	}
}

// TestAKilledCopyLeavesTheFolderFree: what it left behind is taken over.
func TestAKilledCopyLeavesTheFolderFree(t *testing.T) {
	for name, dir := range map[string]string{"socket in the data folder": t.TempDir(), "socket elsewhere": longFolder(t)} {
		t.Run(name, func(t *testing.T) {
			session(t)
			killed := start(t, dir, "")
			if got := killed.line(); got != "claimed" {
				t.Fatalf("it says %q", got)
			}
			if err := killed.command.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			_ = killed.command.Wait()
			p, err := places(dir)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := os.Lstat(p.socket); err != nil {
				t.Fatalf("the killed copy left no socket, so nothing is shown here: %v", err)
			}
			_, links := claim(t, dir)
			mustHandOver(t, dir, Link{}, links)
		})
	}
}

// TestOfManyStartsAtOnceOneWins, and hears of all the others. Some of them find
// the socket of a copy that was killed.
func TestOfManyStartsAtOnceOneWins(t *testing.T) {
	const copies = 20
	for name, prepare := range map[string]func(dir string){
		"in a new folder": func(string) {},
		"after a crash": func(dir string) {
			killed := start(t, dir, "")
			killed.line()
			_ = killed.command.Process.Kill()
			_ = killed.command.Wait()
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "data")
			prepare(dir)
			started := make([]*program, copies)
			for i := range started {
				started[i] = start(t, dir, "exotel-monitor://alerts/7")
			}
			said := map[string]int{}
			var winner *program
			for _, p := range started {
				line := p.line()
				said[line]++
				if line == "claimed" {
					winner = p
				}
			}
			if winner == nil || said["claimed"] != 1 || said["running"] != copies-1 {
				t.Fatalf("they say %v", said)
			}
			var links []string
			for range copies - 1 {
				links = append(links, winner.line())
			}
			_ = winner.end.Close()
			if last := winner.line(); last != "" {
				t.Errorf("the winner also says %q", last)
			}
			slices.Sort(links)
			if got := slices.Compact(links); len(got) != 1 || got[0] != "link exotel-monitor://alerts/7" {
				t.Errorf("the winner was told %q", got)
			}
		})
	}
}
