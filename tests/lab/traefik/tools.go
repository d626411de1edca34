//go:build tools

// Package tools names the program that is built from this module, so that its imports stay pinned.
package tools

import _ "github.com/traefik/traefik/v3/cmd/traefik"
