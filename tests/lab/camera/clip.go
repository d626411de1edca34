package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"

	"github.com/pion/webrtc/v4/pkg/media/ivfreader"
)

// Clip is a film that was encoded before. It begins with a picture that needs no other.
type Clip struct {
	Frames [][]byte
	// Seconds of one frame.
	Period float64
}

// ReadClip reads an IVF file.
func ReadClip(file string) (Clip, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return Clip{}, err
	}
	reader, header, err := ivfreader.NewWith(bytes.NewReader(content))
	if err != nil {
		return Clip{}, fmt.Errorf("%s: %w", file, err)
	}
	clip := Clip{Period: float64(header.TimebaseNumerator) / float64(header.TimebaseDenominator)}
	for {
		frame, _, err := reader.ParseNextFrame()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return Clip{}, fmt.Errorf("%s: %w", file, err)
		}
		clip.Frames = append(clip.Frames, frame)
	}
	if len(clip.Frames) == 0 || clip.Period <= 0 {
		return Clip{}, fmt.Errorf("%s: no film", file)
	}
	return clip, nil
}

// Rate gives the bits of a second.
func (c Clip) Rate() float64 {
	size := 0
	for _, frame := range c.Frames {
		size += len(frame)
	}
	return float64(size*8) / (float64(len(c.Frames)) * c.Period)
}

// A stamp follows the data of each frame: a decoder of VP8 does not look at what follows (RFC 6386, 9.5: the last
// partition is as long as what is left), and a media server does not look into frames.
const stampSize = 20

var magic = [4]byte{'R', 'M', 'P', 'T'}

// Stamp says which frame it is, and when it was handed over.
type Stamp struct {
	Number uint64
	Sent   float64
}

// stamped gives a frame with a stamp behind it.
func stamped(frame []byte, stamp Stamp) []byte {
	out := make([]byte, 0, len(frame)+stampSize)
	out = append(append(out, frame...), magic[:]...)
	out = binary.BigEndian.AppendUint64(out, stamp.Number)
	return binary.BigEndian.AppendUint64(out, math.Float64bits(stamp.Sent))
}

// readStamp gives the stamp at the end of a frame.
func readStamp(end []byte) (Stamp, bool) {
	if len(end) < stampSize {
		return Stamp{}, false
	}
	end = end[len(end)-stampSize:]
	if !bytes.Equal(end[:4], magic[:]) {
		return Stamp{}, false
	}
	sent := math.Float64frombits(binary.BigEndian.Uint64(end[12:]))
	return Stamp{Number: binary.BigEndian.Uint64(end[4:12]), Sent: sent}, true
}
