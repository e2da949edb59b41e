package tfkit

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

// ActionBase stores the provider's data. Actions embed it, and call its stages.
type ActionBase struct{ base }

// Configure implements action.ActionWithConfigure.
func (b *ActionBase) Configure(_ context.Context, req action.ConfigureRequest, resp *action.ConfigureResponse) {
	b.configure(req.ProviderData, &resp.Diagnostics)
}

// Invocation is one run of an action.
type Invocation struct {
	Type      string // of the action: "raff_vm_power"
	Failed    string // summary of the error: "Unable to stop VM"
	Object    string // as Object names what it works on
	ProjectID types.String
	Timeout   Timeout
	ByDefault time.Duration // the timeout where none is given
}

// Do runs the work of an action. The context of the work ends with the timeout, and where Terraform stops the run. An
// error, and a panic, becomes a diagnostic.
func (b *ActionBase) Do(ctx context.Context, in Invocation, resp *action.InvokeResponse, work func(ctx context.Context, p *Progress) error) {
	if !b.Configured(&resp.Diagnostics) {
		return
	}
	b.Run.changes()
	b.Projects.CheckAllowed(path.Root("project_id"), in.ProjectID, &resp.Diagnostics)
	limit, problems := in.Timeout(ctx, in.ByDefault)
	resp.Diagnostics.Append(problems...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	err := perform(ctx, func(text string) { resp.SendProgress(action.InvokeProgressEvent{Message: text}) }, work)
	if err != nil {
		AddError(&resp.Diagnostics, in.Failed, in.Object, &actionError{in.Type, err})
	}
}

// perform does the work, and says where it is in the meantime.
func perform(ctx context.Context, send func(text string), work func(ctx context.Context, p *Progress) error) (err error) {
	p := newProgress(ctx, send)
	defer p.end()
	defer func() { // the framework has begun a goroutine for this: a panic would end the provider
		if cause := recover(); cause != nil {
			tflog.Error(ctx, "An action has panicked", map[string]any{"cause": fmt.Sprint(cause), "stack": string(debug.Stack())})
			err = fmt.Errorf("%w: %v", errPanic, cause)
		}
	}()
	return work(ctx, p)
}

// errPanic is the error of work that has panicked.
var errPanic = errors.New("the provider has a defect")

const (
	// beat is the pause between two messages while nothing new happens.
	beat = 20 * time.Second
	// lastWord is how long the end of an action waits for a message that nobody takes.
	lastWord = time.Second
)

// Progress tells Terraform where an action is. It repeats what was said last every 20 seconds, with the time so far, also
// while one request or one wait takes longer. Nothing is said once the context of the action is done.
type Progress struct {
	ctx    context.Context //nolint:containedctx // of the action, as the progress is
	cancel context.CancelFunc
	send   func(text string)
	began  time.Time
	ended  chan struct{} // closed when nothing is repeated any more

	turn    chan struct{} // holds a token while a message is on its way
	said    string
	arrived chan struct{} // closed when the last message was taken
}

// newProgress begins to repeat what is said. send may take until somebody listens, and forever where nobody does any more.
func newProgress(ctx context.Context, send func(text string)) *Progress {
	ctx, cancel := context.WithCancel(ctx)
	p := &Progress{ctx: ctx, cancel: cancel, send: send, began: time.Now(), ended: make(chan struct{}), turn: make(chan struct{}, 1)}
	go p.repeat()
	return p
}

// Say says what the action does now: "Stopping VM …".
func (p *Progress) Say(format string, args ...any) {
	p.deliver(func() string {
		p.said = fmt.Sprintf(format, args...)
		return p.said
	})
}

// repeat repeats what was said last until the action ends.
func (p *Progress) repeat() {
	defer close(p.ended)
	ticker := time.NewTicker(beat)
	defer ticker.Stop()
	for {
		select {
		case <-p.ctx.Done():
			return
		case <-ticker.C:
			p.deliver(func() string {
				if p.said == "" {
					return ""
				}
				return fmt.Sprintf("%s (%s so far)", p.said, time.Since(p.began).Round(time.Second))
			})
		}
	}
}

// deliver sends a message once the last one has arrived, and waits until it is taken or the action ends.
func (p *Progress) deliver(message func() string) {
	select {
	case p.turn <- struct{}{}:
		defer func() { <-p.turn }()
	case <-p.ctx.Done():
		return
	}
	text := message()
	if p.ctx.Err() != nil || text == "" {
		return
	}
	arrived := make(chan struct{})
	p.arrived = arrived
	go func() {
		defer close(arrived)
		p.send(text)
	}()
	select {
	case <-arrived:
	case <-p.ctx.Done():
	}
}

// end ends the progress. A message that is on its way is still waited for, as long as somebody may take it.
func (p *Progress) end() {
	p.cancel()
	<-p.ended
	if p.arrived == nil {
		return
	}
	timer := time.NewTimer(lastWord)
	defer timer.Stop()
	select {
	case <-p.arrived:
	case <-timer.C:
	}
}

// actionError is why an action has failed.
type actionError struct {
	of  string // type of the action
	err error
}

func (e *actionError) Error() string { return e.err.Error() }

func (e *actionError) Unwrap() error { return e.err }

// nextStep says what is to be known of what was begun, and that Terraform is done with it.
func (e *actionError) nextStep() string {
	again := "Terraform does not invoke a failed action again by itself. To do so, run terraform apply -invoke=action." + e.of + ".<name>."
	if more := e.cause(); more != "" {
		return more + "\n\n" + again
	}
	return again
}

func (e *actionError) cause() string {
	switch {
	case errors.Is(e.err, errPanic):
		return "Please report this to the provider's developers. What was begun at Raff goes on there."
	case errors.Is(e.err, context.DeadlineExceeded):
		return "The action took longer than its timeout. What was begun at Raff goes on there. To wait longer, raise invoke in the timeouts attribute of the action."
	case Interrupted(e.err):
		return "The run was interrupted. What was begun at Raff goes on there."
	case errors.Is(e.err, client.ErrAmbiguous):
		return "Whether the request was carried out is unknown. Look at the object before the action is invoked again."
	case errors.Is(e.err, client.ErrPaymentRequired):
		return "Top up the account's balance."
	}
	return nextStep(e.err)
}

// AtRest locks a VM, so that nothing else of this process works on it, and waits until it runs or is stopped. unlock must be
// called where there is no error.
func (b *ActionBase) AtRest(ctx context.Context, p *Progress, project *client.Scoped, vmID string) (vm *client.VM, unlock func(), err error) {
	p.Say("Waiting until VM %s is at rest", vmID)
	unlock, err = b.Locks.Lock(ctx, vmID)
	if err != nil {
		return nil, nil, err
	}
	vm, err = project.WaitForVM(ctx, vmID, client.VMActive, client.VMPassive)
	if err == nil {
		err = CheckProject(project, VM.Name, vm.ProjectID)
	}
	if err != nil {
		unlock()
		return nil, nil, err
	}
	return vm, unlock, nil
}

// CheckProject returns an error where an object is in another project than the one that is worked in: a read finds it all
// the same.
func CheckProject(project *client.Scoped, noun, projectID string) error {
	if projectID == "" || projectID == project.ProjectID() {
		return nil
	}
	return fmt.Errorf("the %s is in project %s, and project_id is %s: nothing was changed", noun, projectID, project.ProjectID())
}

// Begun returns the error of a request that was to take a VM out of its rest. Where the answer does not tell whether it was
// carried out, the state of the VM may: then it is no error.
func Begun(ctx context.Context, project *client.Scoped, before *client.VM, err error) error {
	if !errors.Is(err, client.ErrAmbiguous) {
		return err
	}
	now, lookErr := project.GetVM(ctx, before.ID)
	if lookErr != nil || now.Status == before.Status {
		return err
	}
	return nil
}
