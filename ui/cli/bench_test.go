package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"exotel-monitor/exotel/exoteltest"

	"golang.org/x/sync/errgroup"
)

// These benchmarks time the built program as a whole process against the
// guide's way in Node.js and against reading and dropping the bytes, in turn in
// one run, so that the ratios hold whatever the machine. Build the program
// first: make build && go test -run ^$ -bench Report -benchtime 3x ./ui/cli

const program = "../../bin/exotel-monitor"

// month is the 30 whole days before today that every run reads.
type month struct {
	account *exoteltest.Account
	url     string
	first   time.Time // midnight of the first day
	last    time.Time
	calls   int
}

func newMonth(b *testing.B, calls int, faults exoteltest.Faults) month {
	b.Helper()
	if _, err := os.Stat(program); err != nil {
		b.Skip("make build comes first: " + err.Error())
	}
	// Weekends are quieter, so a weekday's mean lies above the month's.
	account := exoteltest.New(exoteltest.Options{CallsPerDay: calls * 396 / 10_000})
	zone := time.FixedZone("IST", 19800)
	now := time.Now().In(zone)
	midnight := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, zone)
	m := month{account: account, first: midnight.AddDate(0, 0, -30), last: midnight.AddDate(0, 0, -1)}
	account.Warm(m.first, midnight)
	m.calls = len(account.Calls(m.first, midnight))
	account.SetFaults(faults)
	server, err := exoteltest.Start(account)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(server.Close)
	m.url = server.URL
	return m
}

type cost struct {
	wall, cpu time.Duration
	peak      float64 // MB
}

var peakLine = regexp.MustCompile(`VmHWM:\s+(\d+) kB`)

// run times a process. Its peak memory is sampled from /proc: the peak that
// wait reports begins with this process's own, which holds the account.
func run(b *testing.B, cmd *exec.Cmd) ([]byte, cost) {
	b.Helper()
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, os.Stderr
	began := time.Now()
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	var peak float64
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for {
		select {
		case err := <-ended:
			if err != nil {
				b.Fatal(err)
			}
			state := cmd.ProcessState
			return out.Bytes(), cost{time.Since(began), state.UserTime() + state.SystemTime(), peak}
		case <-time.After(2 * time.Millisecond):
			status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", cmd.Process.Pid))
			if m := peakLine.FindSubmatch(status); m != nil {
				kilobytes, _ := strconv.ParseFloat(string(m[1]), 64)
				peak = max(peak, kilobytes/1024)
			}
		}
	}
}

// report runs the program and checks that it counted every call.
func (m month) report(b *testing.B) cost {
	cmd := exec.Command(program, "report", "--format", "json", "--rate-limit", "0", "--data", b.TempDir(),
		"--start", m.first.Format(time.DateOnly), "--end", m.last.Format(time.DateOnly))
	cmd.Env = append(os.Environ(), "EXOTEL_API_KEY=key", "EXOTEL_API_TOKEN=token", "EXOTEL_ACCOUNT_SID=acme1", "EXOTEL_SUBDOMAIN="+m.url)
	out, used := run(b, cmd)
	var figures struct{ TotalCalls int }
	if err := json.Unmarshal(out, &figures); err != nil || figures.TotalCalls != m.calls {
		b.Fatalf("counted %d of %d calls (%v)", figures.TotalCalls, m.calls, err)
	}
	return used
}

// guide runs the guide's way.
func (m month) guide(b *testing.B) cost {
	node, err := exec.LookPath("node")
	if err != nil {
		b.Skip("there is no Node.js to compare with")
	}
	script, err := filepath.Abs("testdata/guide.mjs")
	if err != nil {
		b.Fatal(err)
	}
	_, used := run(b, exec.Command(node, script, m.url, "acme1", "key", "token", m.first.Format(time.DateOnly), m.last.Format(time.DateOnly)))
	return used
}

// drainFrom makes this test binary the reader that drops what it reads; its
// value is the account's address and the first day.
const drainFrom = "EXOTEL_MONITOR_TEST_DRAIN"

// drain reads and drops the month's bytes, in a process of its own like the
// others.
func (m month) drain(b *testing.B) time.Duration {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), drainFrom+"="+m.url+" "+m.first.Format(time.RFC3339))
	_, used := run(b, cmd)
	return used.wall
}

var nextPage = regexp.MustCompile(`"NextPageUri":\s*"([^"]+)"`)

// drainMonth follows four cursors side by side and looks at nothing but the
// next page's address.
func drainMonth(where string) error {
	base, day, _ := strings.Cut(where, " ")
	first, err := time.Parse(time.RFC3339, day)
	if err != nil {
		return err
	}
	var readers errgroup.Group
	quarter := 30 * 24 * time.Hour / 4
	for i := range 4 {
		from := first.Add(quarter * time.Duration(i))
		query := url.Values{
			"details": {"true"}, "PageSize": {"100"}, "SortBy": {"DateCreated:asc"},
			"DateCreated": {"gte:" + from.Format(time.DateTime) + ";lte:" + from.Add(quarter-time.Second).Format(time.DateTime)},
		}
		readers.Go(func() error { return follow(base, "/v1/Accounts/acme1/Calls.json?"+query.Encode()) })
	}
	return readers.Wait()
}

func follow(base, next string) error {
	head := make([]byte, 2048) // holds the Metadata, which comes first
	for next != "" {
		request, err := http.NewRequest(http.MethodGet, base+next, nil)
		if err != nil {
			return err
		}
		request.SetBasicAuth("key", "token")
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return err
		}
		n, _ := io.ReadFull(response.Body, head)
		_, err = io.Copy(io.Discard, response.Body)
		response.Body.Close()
		if err != nil || response.StatusCode != http.StatusOK {
			return fmt.Errorf("%s: %v", response.Status, err)
		}
		next = ""
		if found := nextPage.FindSubmatch(head[:n]); found != nil {
			next = strings.ReplaceAll(string(found[1]), " ", "%20")
		}
	}
	return nil
}

func (m month) compare(b *testing.B, withDrain bool) {
	var ours, guide, drain time.Duration
	var cpu time.Duration
	var peak, guidePeak float64
	for b.Loop() {
		r := m.report(b)
		g := m.guide(b)
		ours, guide, cpu = ours+r.wall, guide+g.wall, cpu+r.cpu
		peak, guidePeak = max(peak, r.peak), max(guidePeak, g.peak)
		if withDrain {
			drain += m.drain(b)
		}
	}
	b.ReportMetric(ours.Seconds()/float64(b.N), "s/report")
	b.ReportMetric(cpu.Seconds()/float64(b.N), "cpu-s/report")
	b.ReportMetric(guide.Seconds()/float64(b.N), "s/guide")
	b.ReportMetric(guide.Seconds()/ours.Seconds(), "guide/report")
	if withDrain {
		b.ReportMetric(ours.Seconds()/drain.Seconds(), "report/drain")
	}
	b.ReportMetric(peak, "peakMB")
	b.ReportMetric(guidePeak, "guidePeakMB")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkReportMonth reads a month that is served from memory at once.
func BenchmarkReportMonth(b *testing.B) {
	for _, calls := range []int{10_000, 100_000, 1_000_000} {
		b.Run(fmt.Sprint(calls), func(b *testing.B) {
			newMonth(b, calls, exoteltest.Faults{}).compare(b, true)
		})
	}
}

// BenchmarkReportSlowPages reads a month of 100,000 calls at 30 ms a page.
func BenchmarkReportSlowPages(b *testing.B) {
	m := newMonth(b, 100_000, exoteltest.Faults{Delay: 30 * time.Millisecond})
	m.account.ResetStats()
	m.compare(b, false)
	b.ReportMetric(float64(m.account.Stats().MaxInFlight), "in-flight")
}
