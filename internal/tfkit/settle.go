package tfkit

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

// Creation is what the stage of a Create needs to know.
type Creation[T any] struct {
	Kind   Kind
	Object string // as messages name it: `volume "data" in project …`
	// Send sends the request. It is not aborted with the run: what was asked for must end up in the state.
	Send func(ctx context.Context) (T, error)
	// List lists the objects among which one is looked for: in case the answer does not tell what became of
	// the request, or says that there is one already.
	List func(ctx context.Context) iter.Seq2[T, error]
	// Describe tells what is to be known of one of them.
	Describe func(T) Candidate
}

// Candidate is an object that a request may have made, or that was in its way.
type Candidate struct {
	ID, Name, ProjectID string
	// Taken tells that it has what was asked for and what only one object can have, as a name. Where names
	// are not unique it is false.
	Taken bool
	// MayBeTaken tells that it may have what only one object can have: the API does not say.
	MayBeTaken bool
	// Same tells that it is as asked for, in all that can be set.
	Same      bool
	CreatedAt time.Time
	CreatedBy string // empty where the API does not say
}

// isOwn tells whether an object that fits in everything cannot be another's: only one can have its name, and
// it is in the project, which is one configuration's. In the account several meet, and two of them may ask
// for the same at once.
func (c Candidate) isOwn() bool { return c.Taken && c.ProjectID != "" }

// object names a candidate, with the command that imports it.
func (c Candidate) object(kind Kind) string {
	return fmt.Sprintf("%s\n    terraform import <address of the %s> %s", Object(kind.Name, c.Name, c.ID, c.ProjectID), kind.Type, c.ID)
}

// creations has the creates of one kind of this process look for what they have made only while none of
// them is sending, so that none can take the object of another for its own.
type creations struct {
	mu    sync.Mutex
	gates map[string]*sync.RWMutex
}

func (c *creations) of(resourceType string) *sync.RWMutex {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.gates == nil {
		c.gates = map[string]*sync.RWMutex{}
	}
	if c.gates[resourceType] == nil {
		c.gates[resourceType] = &sync.RWMutex{}
	}
	return c.gates[resourceType]
}

// Create is the stage of a Create that sends its request, once. Where the answer does not tell what became
// of it, that is settled by looking: an object is adopted where only this request can have made it.
// Otherwise the error says what may exist, and how to import it. So does the one of a request that was
// refused because there is such an object already.
func Create[T any](ctx context.Context, b *ResourceBase, resp *resource.CreateResponse, c Creation[T]) (T, error) {
	var none T
	if c.Kind.Account {
		if !b.checkNewcomer(ctx, c.Object, acting, &resp.Diagnostics) {
			return none, errReported
		}
	}
	return SendOnce(ctx, b.ProviderData, c)
}

// errReported is an error that is in the diagnostics already.
var errReported = errors.New("reported")

// SendOnce sends the request of a creation, and settles what became of it. Where it is refused for an object that this run
// destroys, it is sent again once that is gone: Terraform does both at once where nothing tells it not to, as where the keys
// of a for_each change.
func SendOnce[T any](ctx context.Context, d *ProviderData, c Creation[T]) (T, error) {
	for waited := map[string]bool{}; ; {
		created, err := send(context.WithoutCancel(ctx), d, c)
		switch {
		case errors.Is(err, client.ErrConflict) && roomIsMade(ctx, d, c, waited):
		case errors.Is(err, client.ErrConflict), errors.Is(err, client.ErrBadRequest):
			return created, nameHolders(context.WithoutCancel(ctx), d, c, err)
		default:
			return created, err
		}
	}
}

// send sends the request. What an answer that does not tell has made is looked for.
func send[T any](ctx context.Context, d *ProviderData, c Creation[T]) (T, error) {
	gate := d.creations.of(c.Kind.Type)
	gate.RLock()
	began := d.Client.ServerTime()
	created, err := c.Send(ctx)
	if err == nil {
		d.Run.hold(c.Kind.Type, c.Describe(created).ID)
	}
	gate.RUnlock()
	if !errors.Is(err, client.ErrAmbiguous) {
		return created, err
	}
	gate.Lock()
	defer gate.Unlock()
	return settle(ctx, d, c, began, err)
}

// roomIsMade waits for the end of an object that has what was asked for and that this run destroys. It tells whether
// there was one that was not waited for already.
func roomIsMade[T any](ctx context.Context, d *ProviderData, c Creation[T], waited map[string]bool) bool {
	held := false
	for object, err := range c.List(ctx) {
		if err != nil {
			return false
		}
		holder := c.Describe(object)
		held = held || holder.Taken
		if !holder.Taken || waited[holder.ID] || d.Run.created(c.Kind.Type, holder.ID) {
			continue
		}
		waited[holder.ID] = true
		if d.Run.makesRoom(ctx, c.Kind, holder.ID) {
			return true
		}
	}
	if held || waited[goneMeanwhile] || !d.Run.destroys(c.Kind.Type) {
		return false
	}
	waited[goneMeanwhile] = true // it went between the refusal and the list
	return true
}

// goneMeanwhile stands for an object that is gone before it could be found, among the ids of those that were waited for.
const goneMeanwhile = ""

// settle looks for what an ambiguous request has made. No other create of the kind is under way.
func settle[T any](ctx context.Context, d *ProviderData, c Creation[T], began time.Time, ambiguous error) (T, error) {
	var none T
	user, _ := d.Client.UserID(ctx) // one that is not known excludes nothing
	var likely []T
	var candidates []Candidate
	err := lookRepeatedly(ctx, func() (bool, error) {
		likely, candidates = nil, nil
		only := false
		for object, err := range c.List(ctx) {
			if err != nil {
				return false, err
			}
			candidate := c.Describe(object)
			if !candidate.Same || candidate.CreatedAt.Before(began.Truncate(time.Second)) || d.Run.holds(c.Kind.Type, candidate.ID) ||
				user != "" && candidate.CreatedBy != "" && candidate.CreatedBy != user {
				continue
			}
			likely, candidates = append(likely, object), append(candidates, candidate)
			only = candidate.Taken
		}
		return only, nil
	})
	switch {
	case err != nil:
		return none, fmt.Errorf("%w; looking for the %s failed too: %w", ambiguous, c.Kind.Name, err)
	case len(candidates) == 0:
		return none, fmt.Errorf("%w; no new %s like that was found", ambiguous, c.Kind.Name)
	case len(candidates) == 1 && candidates[0].isOwn():
		d.Run.hold(c.Kind.Type, candidates[0].ID)
		return likely[0], nil
	}
	return none, fmt.Errorf("%w; it may have created one of these, and somebody else may have. If it is yours, import it:\n%s\n"+
		"Applying again without that may create another one", ambiguous, list(c.Kind, candidates))
}

// nameHolders adds to a refusal the objects that have what was asked for, which an earlier run may have
// created without knowing.
func nameHolders[T any](ctx context.Context, d *ProviderData, c Creation[T], refusal error) error {
	var holders, possible []Candidate
	for object, err := range c.List(ctx) {
		if err != nil {
			return refusal
		}
		switch candidate := c.Describe(object); {
		case candidate.Taken:
			holders = append(holders, candidate)
		case candidate.MayBeTaken && !d.Run.holds(c.Kind.Type, candidate.ID):
			possible = append(possible, candidate)
		}
	}
	switch {
	case len(holders) == 0 && len(possible) == 0:
		return refusal
	case len(holders) == 0:
		return &heldError{refusal, "One of these is in its way; the API does not say which. If an earlier run created it, import it and apply again:\n" +
			list(c.Kind, possible)}
	}
	return &heldError{refusal, fmt.Sprintf("This is in its way. %s\n%s", d.Run.whyTaken(c.Kind, holders[0].ID), list(c.Kind, holders))}
}

// heldError is a refusal with the objects that have what was asked for, and how to import them.
type heldError struct {
	error
	holders string
}

func (e *heldError) Error() string { return e.error.Error() + "\n\n" + e.holders }

func (e *heldError) Unwrap() error { return e.error }

// NamesHolders tells whether an error of a Create names the objects that are in its way.
func NamesHolders(err error) bool {
	var held *heldError
	return errors.As(err, &held)
}

func list(kind Kind, candidates []Candidate) string {
	lines := make([]string, len(candidates))
	for i, candidate := range candidates {
		lines[i] = "  - " + candidate.object(kind)
	}
	return strings.Join(lines, "\n")
}

// AddCreateError adds a diagnostic for what Create returned.
func AddCreateError(resp *resource.CreateResponse, summary, object string, err error) {
	if !errors.Is(err, errReported) {
		AddError(&resp.Diagnostics, summary, object, err)
	}
}

// AddCreateErrorAt is AddCreateError with the attribute to look at.
func AddCreateErrorAt(resp *resource.CreateResponse, p path.Path, summary, object string, err error) {
	if !errors.Is(err, errReported) {
		AddAttributeError(&resp.Diagnostics, p, summary, object, err)
	}
}
