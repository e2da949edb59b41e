package export

import (
	"context"
	"io"

	"github.com/rafftechnologies/terraform-provider-raff/internal/protocol"
)

// WriteCoverage is the table of what has become of the objects.
var WriteCoverage = writeCoverage

// RunWith is Run with other steps after the reading.
func RunWith(
	ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer,
	write func(ctx context.Context, p *protocol.Provider, a Account, o Options) (Files, error),
	verify func(ctx context.Context, v Verification) (Report, error),
) int {
	c := command{steps: steps{write, verify}, version: "test", stdin: stdin, stdout: stdout, stderr: stderr}
	return c.run(ctx, args)
}
