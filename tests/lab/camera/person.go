package main

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/livekit/mediatransportutil/pkg/pacer"
	"github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"
	"github.com/pion/rtcp"
	"github.com/pion/webrtc/v4"
	"github.com/pion/webrtc/v4/pkg/media"
)

const (
	connectLimit = 30 * time.Second
	// Seconds before the call counts, for others to be told of the film.
	before = 5.0
	// Seconds after it, for what is still on its way.
	after = 1.5
	// A browser hands packets to the line at most at this multiple of the film's rate (WebRTC's pacer).
	haste = 2.5
	// Packets that are kept to be sent again: a second of 25 Mbit/s and more.
	kept = 4096
)

// Person publishes a film, and watches others.
type Person struct {
	wanted Wanted
	clip   Clip
	rooms  []*lksdk.Room
	own    *lksdk.Room

	lock    sync.Mutex
	screens map[string]*Screen

	// Somebody needs a picture that needs no other.
	asked  atomic.Bool
	frames atomic.Int64
	bytes  atomic.Int64
}

// NewPerson gives one who is nowhere yet.
func NewPerson(wanted Wanted) *Person {
	return &Person{wanted: wanted, screens: map[string]*Screen{}}
}

// Connect enters all places.
func (p *Person) Connect() error {
	if p.wanted.Publishes != "" {
		clip, err := ReadClip(p.wanted.Clip)
		if err != nil {
			return err
		}
		p.clip = clip
	}
	for focus, place := range p.wanted.Places {
		callback := &lksdk.RoomCallback{ParticipantCallback: lksdk.ParticipantCallback{
			OnTrackPublished:  subscribe,
			OnTrackSubscribed: p.watch,
		}}
		options := []lksdk.ConnectOption{
			lksdk.WithAutoSubscribe(false),
			lksdk.WithConnectTimeout(connectLimit),
			lksdk.WithRetransmitBufferSize(kept),
		}
		if focus == p.wanted.Publishes {
			pace := pacer.WithBitrate(int(haste * p.clip.Rate()))
			steps := pacer.WithSendInterval(2 * time.Millisecond)
			options = append(options, lksdk.WithPacer(pacer.NewPacerFactory(pacer.LeakyBucketPacer, pace, steps)))
		}
		room, err := lksdk.ConnectToRoomWithToken(place.URL, place.Token, callback, options...)
		if err != nil {
			return fmt.Errorf("%s: %w", focus, err)
		}
		p.rooms = append(p.rooms, room)
		if focus == p.wanted.Publishes {
			p.own = room
		}
		for _, other := range room.GetRemoteParticipants() {
			for _, track := range other.TrackPublications() {
				if publication, ok := track.(*lksdk.RemoteTrackPublication); ok {
					subscribe(publication, other)
				}
			}
		}
	}
	return nil
}

// Leave leaves all places.
func (p *Person) Leave() {
	for _, room := range p.rooms {
		room.Disconnect()
	}
}

// subscribe wants pictures only: sound is another program's.
func subscribe(publication *lksdk.RemoteTrackPublication, _ *lksdk.RemoteParticipant) {
	if publication.Kind() == lksdk.TrackKindVideo {
		_ = publication.SetSubscribed(true)
	}
}

func (p *Person) watch(track *webrtc.TrackRemote, _ *lksdk.RemoteTrackPublication, who *lksdk.RemoteParticipant) {
	name := who.Identity()[strings.LastIndex(who.Identity(), ":")+1:]
	screen := NewScreen()
	p.lock.Lock()
	p.screens[name] = screen
	p.lock.Unlock()
	go func() {
		for {
			packet, attributes, err := track.ReadRTP()
			if err != nil {
				return
			}
			taken := Packet{
				Sequence: packet.SequenceNumber,
				Time:     packet.Timestamp,
				Marker:   packet.Marker,
				Payload:  packet.Payload,
				At:       now(),
				Again:    attributes.Get(webrtc.AttributeRtxSequenceNumber) != nil,
			}
			p.lock.Lock()
			screen.Take(taken)
			p.lock.Unlock()
		}
	}()
}

// Show publishes the film, and plays it over and over until the call is over.
func (p *Person) Show() error {
	if p.own == nil {
		return nil
	}
	format := webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeVP8, ClockRate: 90000}
	track, err := lksdk.NewLocalTrack(format, lksdk.WithRTCPHandler(p.told))
	if err != nil {
		return err
	}
	_, width, height := key(p.clip.Frames[0])
	options := &lksdk.TrackPublicationOptions{
		Name: "film", Source: livekit.TrackSource_CAMERA, VideoWidth: width, VideoHeight: height,
	}
	if _, err := p.own.LocalParticipant.PublishTrack(track, options); err != nil {
		return fmt.Errorf("publishing: %w", err)
	}
	go p.play(track)
	return nil
}

func (p *Person) told(packet rtcp.Packet) {
	switch packet.(type) {
	case *rtcp.PictureLossIndication, *rtcp.FullIntraRequest:
		p.asked.Store(true)
	}
}

func (p *Person) play(track *lksdk.LocalTrack) {
	start, end := p.wanted.Start-before, p.wanted.Start+p.wanted.Seconds
	// Not all cameras at the same moment.
	start += p.clip.Period * float64(len(p.wanted.Name)%4) / 4
	period := time.Duration(p.clip.Period * float64(time.Second))
	place := 0
	for number := uint64(0); ; number++ {
		moment := start + float64(number)*p.clip.Period
		if moment > end+after {
			return
		}
		if moment < now()-1 {
			// Connected late: what should be over is not sent in a burst.
			continue
		}
		until(moment)
		if p.asked.Swap(false) {
			place = 0
		}
		data := stamped(p.clip.Frames[place], Stamp{Number: number, Sent: now()})
		place = (place + 1) % len(p.clip.Frames)
		if err := track.WriteSample(media.Sample{Data: data, Duration: period}, nil); err != nil {
			return
		}
		if p.wanted.Start <= moment && moment < end {
			p.frames.Add(1)
			p.bytes.Add(int64(len(data)))
		}
	}
}

// Sent gives the frames and bytes that were sent during the call.
func (p *Person) Sent() (int, int) {
	return int(p.frames.Load()), int(p.bytes.Load())
}

// Watched gives what came of others during the call.
func (p *Person) Watched() []Seen {
	p.lock.Lock()
	defer p.lock.Unlock()
	found := []Seen{}
	for name, screen := range p.screens {
		seen := screen.Seen(p.wanted.Start, p.wanted.Start+p.wanted.Seconds)
		seen.From = name
		found = append(found, seen)
	}
	return found
}
