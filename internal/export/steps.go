package export

import (
	"context"

	"github.com/rafftechnologies/terraform-provider-raff/internal/protocol"
)

// steps are what follows the reading. Tests have others.
type steps struct {
	write  func(ctx context.Context, p *protocol.Provider, a Account, o Options) (Files, error)
	verify func(ctx context.Context, v Verification) (Report, error)
}
