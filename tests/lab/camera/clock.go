package main

import (
	"time"

	"golang.org/x/sys/unix"
)

// now gives the machine's monotonic clock in seconds: Go's own cannot be compared with another process's.
func now() float64 {
	var at unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_MONOTONIC, &at); err != nil {
		panic(err)
	}
	return float64(at.Sec) + float64(at.Nsec)/1e9
}

// until waits for a moment, if it is not over.
func until(moment float64) {
	time.Sleep(time.Duration((moment - now()) * float64(time.Second)))
}
