package export

import (
	"context"

	"github.com/rafftechnologies/terraform-provider-raff/internal/protocol"
)

// steps are what follows the reading; tests of the command line have others.
type steps struct {
	write  func(ctx context.Context, p *protocol.Provider, a Account, o Options) (Files, error)
	verify func(ctx context.Context, v Verification) (Report, error)
}

// allSteps are those of the command line.
var allSteps = steps{Write, Verify}
