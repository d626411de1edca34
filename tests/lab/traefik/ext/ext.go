// Package ext is the place where a Traefik distribution adds fields to its dynamic configuration.
// The lab adds none: both types are empty, as in upstream's own build.
package ext

// HTTP holds no additional field of the dynamic HTTP configuration.
type HTTP struct{}

// Router holds no additional field of an HTTP router.
type Router struct{}
