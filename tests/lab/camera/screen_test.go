package main

import (
	"encoding/binary"
	"testing"
)

// A film of frames of three packets each, ten a second, a picture that needs no other every ten.
func film(frames int) []Packet {
	var out []Packet
	for number := range frames {
		data := make([]byte, 2400)
		data[0] = 1
		if number%10 == 0 {
			data[0] = 0
			binary.LittleEndian.PutUint16(data[6:], 1280)
			binary.LittleEndian.PutUint16(data[8:], 720)
		}
		sent := 100 + float64(number)/10
		data = stamped(data, Stamp{Number: uint64(number), Sent: sent})
		for part := range 3 {
			from, to := part*1000, min((part+1)*1000, len(data))
			head := byte(0)
			if part == 0 {
				head = 0x10
			}
			out = append(out, Packet{
				Sequence: uint16(65530 + number*3 + part),
				Time:     uint32(number * 9000),
				Marker:   part == 2,
				Payload:  append([]byte{head}, data[from:to]...),
				At:       sent + 0.05,
			})
		}
	}
	return out
}

func watch(packets []Packet) Seen {
	screen := NewScreen()
	for _, packet := range packets {
		screen.Take(packet)
	}
	return screen.Seen(100, 1000)
}

func TestAllThatComesIsShown(t *testing.T) {
	seen := watch(film(20))
	if seen.Frames != 20 || seen.Whole != 20 || seen.Shown != 20 || seen.Freezes != 0 {
		t.Errorf("%+v", seen)
	}
	if seen.Packets != 60 || seen.Missing != 0 || seen.Repaired != 0 || seen.Width != 1280 || seen.Height != 720 {
		t.Errorf("%+v", seen)
	}
	for _, delay := range seen.Delays {
		if delay < 49 || delay > 51 {
			t.Errorf("%v ms", delay)
		}
	}
}

func TestALostPacketStopsThePictureUntilOneThatNeedsNoOther(t *testing.T) {
	packets := film(20)
	seen := watch(append(packets[:10:10], packets[11:]...))
	if seen.Frames != 20 || seen.Whole != 19 || seen.Shown != 13 || seen.Missing != 1 || seen.Freezes != 1 {
		t.Errorf("%+v", seen)
	}
	if seen.FrozenSeconds < 0.79 || seen.FrozenSeconds > 0.81 {
		t.Errorf("%+v", seen)
	}
}

func TestAPacketThatComesAgainHoldsUpWhatFollows(t *testing.T) {
	packets := film(20)
	late := packets[10]
	late.At += 0.5
	moved := append(packets[:10:10], packets[11:30]...)
	seen := watch(append(append(moved, late), packets[30:]...))
	if seen.Shown != 20 || seen.Missing != 0 || seen.Repaired != 1 || seen.Freezes != 1 {
		t.Errorf("%+v", seen)
	}
}

func TestPaddingIsNeitherLostNorShown(t *testing.T) {
	packets := film(3)
	for i := range packets[6:] {
		packets[6+i].Sequence++
	}
	padding := Packet{Sequence: packets[5].Sequence + 1, Time: packets[5].Time, At: packets[5].At}
	seen := watch(append(append(packets[:6:6], padding), packets[6:]...))
	if seen.Packets != 9 || seen.Missing != 0 || seen.Shown != 3 {
		t.Errorf("%+v", seen)
	}
}

func TestWithoutAPictureThatNeedsNoOtherTheScreenIsDark(t *testing.T) {
	seen := watch(film(20)[4:30])
	if seen.Whole != 8 || seen.Shown != 0 || seen.Freezes != 1 || seen.FrozenSeconds < 0.69 {
		t.Errorf("%+v", seen)
	}
}

func TestNothingSeenIsNothing(t *testing.T) {
	if seen := watch(nil); seen.Frames != 0 || seen.Shown != 0 {
		t.Errorf("%+v", seen)
	}
}
