package acctest

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
)

// RefusedFirst is a step that applies a configuration although the API refuses one of its operations
// (an operationId) with a 409 at first. release makes room, as soon as the journal has that refusal and
// not before. The step checks that the refusal came, and that the operation succeeded in the end.
func (b *Backend) RefusedFirst(t *testing.T, config, operation string, release func() error) resource.TestStep {
	t.Helper()
	var since int
	var stop context.CancelFunc
	released := make(chan error, 1)
	return resource.TestStep{
		Config: config,
		PreConfig: func() {
			since = len(b.Requests(operation))
			var ctx context.Context
			ctx, stop = context.WithCancel(t.Context())
			go func() { released <- b.releaseWhenRefused(ctx, operation, since, release) }()
		},
		Check: func(*terraform.State) error {
			stop()
			if err := <-released; err != nil {
				return err
			}
			requests := b.Requests(operation)[since:]
			if last := requests[len(requests)-1]; last.Status >= http.StatusMultipleChoices {
				return fmt.Errorf("%s did not succeed after the refusal: %d", operation, last.Status)
			}
			return nil
		},
	}
}

// releaseWhenRefused calls release once the first request of the operation, but for some earlier ones,
// has been refused.
func (b *Backend) releaseWhenRefused(ctx context.Context, operation string, earlier int, release func() error) error {
	const interval = 5 * time.Millisecond
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for {
		ended := ctx.Err() != nil // then this look is the last one
		if requests := b.Requests(operation)[earlier:]; len(requests) > 0 {
			if status := requests[0].Status; status != http.StatusConflict {
				return fmt.Errorf("expected the API to refuse %s with 409, got %d", operation, status)
			}
			return release()
		}
		if ended {
			return fmt.Errorf("%s was never sent", operation)
		}
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
	}
}
