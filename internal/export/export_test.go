package export

import (
	"context"
	"io"

	"github.com/rafftechnologies/terraform-provider-raff/internal/protocol"
)

// Verified is what a step that a test has in place of the verification was asked for.
type Verified = verification

// RunWith is Run with other steps after the reading.
func RunWith(
	ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer,
	write func(ctx context.Context, p *protocol.Provider, a Account, o Options) (Files, error),
	verify func(ctx context.Context, v Verified) ([]string, error),
) int {
	c := command{steps: steps{write, verify}, version: "test", stdin: stdin, stdout: stdout, stderr: stderr}
	return c.run(ctx, args)
}

// CLI is what verifies.
func (v verification) CLI() string { return v.cli }

// StateContent is the state that the configuration is of.
func (v verification) StateContent() string { return string(v.state) }
