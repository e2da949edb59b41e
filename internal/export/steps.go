package export

import (
	"context"

	"github.com/rafftechnologies/terraform-provider-raff/internal/protocol"
)

// steps are what follows the reading.
type steps struct {
	write func(ctx context.Context, p *protocol.Provider, a Account, o Options) (Files, error)
	// verify returns what a plan does besides importing.
	verify func(ctx context.Context, v verification) ([]string, error)
}

// verification is what is to be verified, and with what.
type verification struct {
	dir     string
	cli     string
	state   []byte // that the configuration is of; nil for none
	secrets []Secret
	step    func(what string)
}

// allSteps are those of the command line.
var allSteps steps
