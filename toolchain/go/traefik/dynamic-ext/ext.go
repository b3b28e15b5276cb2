// Package ext holds what extensions add to Traefik's dynamic configuration: nothing. Upstream has this module within its
// own repository and replaces it by a local path, so no proxy serves it.
package ext

// HTTP adds nothing to the configuration of HTTP.
type HTTP struct{}

// Router adds nothing to the configuration of a router.
type Router struct{}
