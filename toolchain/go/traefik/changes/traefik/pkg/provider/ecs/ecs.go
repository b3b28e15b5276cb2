// Package ecs stands for Traefik's provider of ECS: the AWS SDK is a quarter of all that would be compiled, and nothing
// here asks AWS for routes.
package ecs

import (
	"errors"

	"github.com/traefik/traefik/v3/pkg/config/dynamic"
	"github.com/traefik/traefik/v3/pkg/provider"
	"github.com/traefik/traefik/v3/pkg/safe"
)

// ProviderName is the provider's name in Traefik's configuration.
const ProviderName = "ecs"

var _ provider.Provider = (*Provider)(nil)

// Provider has no settings.
type Provider struct{}

// Init refuses to begin.
func (p *Provider) Init() error { return errors.New("the ECS provider is not built in") }

// Provide is never reached.
func (p *Provider) Provide(chan<- dynamic.Message, *safe.Pool) error { return nil }
