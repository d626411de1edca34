package main

import (
	"sort"

	"github.com/pion/rtp/codecs"
)

// Packet is what arrived of a film. An empty payload is padding, which a media server sends to try out a line.
type Packet struct {
	Sequence uint16
	Time     uint32
	Marker   bool
	// By VP8's payload format (RFC 7741).
	Payload []byte
	At      float64
	// It came as a retransmission.
	Again bool
}

// Seen is what came of a film during the call.
type Seen struct {
	From   string `json:"from"`
	Width  int    `json:"width"`
	Height int    `json:"height"`
	// Frames that were sent, that arrived whole, and that could be shown: all before them were there, too, back to a
	// picture that needs no other.
	Frames int `json:"frames"`
	Whole  int `json:"whole"`
	Shown  int `json:"shown"`
	// Milliseconds from handing each frame over to its last packet.
	Delays []float64 `json:"delays"`
	Bytes  int       `json:"bytes"`
	// RTP packets that were to come, that came on the second try, and that never came.
	Packets  int `json:"packets"`
	Repaired int `json:"repaired"`
	Missing  int `json:"missing"`
	// Times between two frames on the screen of more than 150 ms above the ordinary (webrtc-stats, `freezeCount`).
	Freezes       int     `json:"freezes"`
	FrozenSeconds float64 `json:"frozenSeconds"`
}

type frame struct {
	first, last int64
	hasFirst    bool
	hasLast     bool
	packets     int64
	bytes       int
	// When the last of its packets came.
	whole         float64
	isKey         bool
	width, height int
	stamp         Stamp
	ends          map[int64][]byte
}

// Screen puts packets together to frames. It has no clock.
type Screen struct {
	highest int64
	begun   bool
	arrived map[int64]bool
	again   map[int64]bool
	padding map[int64]bool
	frames  map[uint32]*frame
}

// NewScreen gives one that has seen nothing.
func NewScreen() *Screen {
	return &Screen{
		arrived: map[int64]bool{}, again: map[int64]bool{}, padding: map[int64]bool{}, frames: map[uint32]*frame{},
	}
}

// Take adds a packet.
func (s *Screen) Take(packet Packet) {
	number := s.place(packet.Sequence)
	if s.arrived[number] {
		return
	}
	s.arrived[number] = true
	// Nothing overtakes on the way here: what comes behind a later one was sent a second time.
	if packet.Again || number < s.highest {
		s.again[number] = true
	}
	s.highest = max(s.highest, number)
	var vp8 codecs.VP8Packet
	data, err := vp8.Unmarshal(packet.Payload)
	if len(packet.Payload) == 0 || err != nil {
		s.padding[number] = true
		return
	}
	own := s.frames[packet.Time]
	if own == nil {
		own = &frame{ends: map[int64][]byte{}}
		s.frames[packet.Time] = own
	}
	own.add(number, packet, data, vp8.S == 1 && vp8.PID == 0)
}

// place gives the number of a packet without turning over at 65,536.
func (s *Screen) place(sequence uint16) int64 {
	if !s.begun {
		s.begun = true
		// High enough for what was sent before it to have a number, too.
		s.highest = int64(sequence) + 1<<16
	}
	return s.highest + int64(int16(sequence-uint16(s.highest)))
}

func (f *frame) add(number int64, packet Packet, data []byte, isFirst bool) {
	f.packets++
	f.bytes += len(data)
	f.ends[number] = append([]byte(nil), data[max(0, len(data)-stampSize):]...)
	if isFirst {
		f.first, f.hasFirst = number, true
		f.isKey, f.width, f.height = key(data)
	}
	if packet.Marker {
		f.last, f.hasLast = number, true
	}
	if f.hasFirst && f.hasLast && f.packets == f.last-f.first+1 {
		f.whole = packet.At
		f.stamp, _ = readStamp(append(f.ends[f.last-1], f.ends[f.last]...))
		f.ends = nil
	}
}

// key tells whether a frame needs no other, and its size then (RFC 6386, 9.1).
func key(data []byte) (bool, int, int) {
	if len(data) < 10 || data[0]&1 != 0 {
		return false, 0, 0
	}
	size := func(at int) int { return (int(data[at]) | int(data[at+1])<<8) & 0x3fff }
	return true, size(6), size(8)
}

// Seen gives what came of the frames that were handed over between two moments.
func (s *Screen) Seen(start, end float64) Seen {
	var all, own []*frame
	for _, one := range s.frames {
		if one.whole > 0 && one.stamp.Sent > 0 {
			all = append(all, one)
		}
	}
	sort.Slice(all, func(a, b int) bool { return all[a].stamp.Number < all[b].stamp.Number })
	for _, one := range all {
		if start <= one.stamp.Sent && one.stamp.Sent < end {
			own = append(own, one)
		}
	}
	if len(own) < 2 {
		return Seen{Whole: len(own)}
	}
	first, last := own[0], own[len(own)-1]
	seen := Seen{Frames: int(last.stamp.Number-first.stamp.Number) + 1, Whole: len(own)}
	for _, one := range own {
		seen.Bytes += one.bytes
		seen.Delays = append(seen.Delays, (one.whole-one.stamp.Sent)*1000)
	}
	for _, one := range all {
		if one.isKey && one.stamp.Number <= last.stamp.Number {
			seen.Width, seen.Height = one.width, one.height
		}
	}
	s.packets(&seen, first.first, last.last)
	period := (last.stamp.Sent - first.stamp.Sent) / float64(seen.Frames-1)
	seen.show(all, first, last, period)
	return seen
}

func (s *Screen) packets(seen *Seen, first, last int64) {
	for number := first; number <= last; number++ {
		switch {
		case s.padding[number]:
			continue
		case !s.arrived[number]:
			seen.Missing++
		case s.again[number]:
			seen.Repaired++
		}
		seen.Packets++
	}
}

// show plays the frames: each when it is whole, and none before those that it needs. The screen is dark until the first.
func (s *Seen) show(all []*frame, first, last *frame, period float64) {
	limit := max(3*period, period+0.150)
	var before *frame
	var at float64
	latest := first.whole
	wait := func(until float64) {
		if until-latest > limit {
			s.Freezes++
			s.FrozenSeconds += until - latest
		}
		latest = max(latest, until)
	}
	for _, one := range all {
		needs := before != nil && before.stamp.Number+1 == one.stamp.Number
		if !one.isKey && !needs {
			before = nil
			continue
		}
		before, at = one, max(at, one.whole)
		if first.stamp.Number <= one.stamp.Number && one.stamp.Number <= last.stamp.Number {
			s.Shown++
			wait(at)
		}
	}
	wait(last.whole)
}
