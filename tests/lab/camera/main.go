// Camera is one person's camera and screen in a measured call: it publishes a clip that was encoded before, and watches
// what others publish. It decodes nothing, so that four of them fit on a small machine.
//
// Reads from standard input, as JSON: `name`, `places` (focus → url and token), `publishes` (the focus to publish at;
// empty: none), `clip` (an IVF file of VP8), `start` and `seconds` (of this machine's monotonic clock, which all share).
// Prints what was sent, and what arrived of each other person.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"syscall"
	"time"
)

// Wanted is what the program is told.
type Wanted struct {
	Name      string           `json:"name"`
	Places    map[string]Place `json:"places"`
	Publishes string           `json:"publishes"`
	Clip      string           `json:"clip"`
	Start     float64          `json:"start"`
	Seconds   float64          `json:"seconds"`
}

// Place is a media server, and what it lets one in for.
type Place struct {
	URL   string `json:"url"`
	Token string `json:"token"`
}

// Said is what the program tells in the end.
type Said struct {
	Name           string  `json:"name"`
	ConnectSeconds float64 `json:"connectSeconds"`
	SentFrames     int     `json:"sentFrames"`
	SentBytes      int     `json:"sentBytes"`
	CPUSeconds     float64 `json:"cpuSeconds"`
	Watched        []Seen  `json:"watched"`
}

// All persons of a call share the processors with the media servers. One thread at a time does for a camera, and what a
// call leaves in memory is less than this many bytes, so that nothing is ever collected.
const memory = 1 << 30

func main() {
	runtime.GOMAXPROCS(1)
	debug.SetGCPercent(-1)
	debug.SetMemoryLimit(memory)
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	var wanted Wanted
	if err := json.NewDecoder(os.Stdin).Decode(&wanted); err != nil {
		return fmt.Errorf("what is wanted: %w", err)
	}
	person := NewPerson(wanted)
	defer person.Leave()
	began := now()
	if err := person.Connect(); err != nil {
		return err
	}
	connected := now()
	if connected > wanted.Start {
		return fmt.Errorf("%s was not in the call when it began", wanted.Name)
	}
	if err := person.Show(); err != nil {
		return err
	}
	until(wanted.Start + wanted.Seconds + after)
	said := Said{Name: wanted.Name, ConnectSeconds: connected - began, CPUSeconds: cpu(), Watched: person.Watched()}
	said.SentFrames, said.SentBytes = person.Sent()
	return json.NewEncoder(os.Stdout).Encode(said)
}

// cpu gives the processor time of this process, in seconds.
func cpu() float64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano()).Seconds()
}
