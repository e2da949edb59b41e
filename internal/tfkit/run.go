package tfkit

import (
	"context"
	"crypto/rand"
	"maps"
	"slices"
	"sync"
	"time"
)

// Run remembers what Terraform has asked for in one walk over the configuration: a plan or an apply.
// Terraform tells a provider about one object at a time; what a plan may conclude often depends on
// what becomes of the others.
type Run struct {
	id       string // told apart from other runs by it
	mu       sync.Mutex
	objects  map[objectKey]*fate
	creates  map[string]bool        // resource types of which the plan creates an object
	defaults map[string]bool        // ids of projects whose default region the plan changes
	changing bool                   // something was created, updated or deleted: this is an apply
	taken    map[objectKey]bool     // that a new object has taken over
	joining  map[objectKey][]string // ids of what is attached to an object that the plan attaches more to
	claims   map[objectKey]string   // what wants to be the one on an object that only one can be
	held     map[objectKey]bool     // objects that this process has created
	owners   map[string]bool        // accounts of the objects of the state
	said     map[string]bool        // what was explained already
	acts     map[objectKey][]string // the actions that the plan has on an object
	plans    bool                   // something was refreshed or is to stay: not everything is destroyed
	quiet    bool                   // nothing but destructions was asked for, for as long as is waited for more
	active   time.Time              // when Terraform last asked for something
	busy     func() bool            // whether requests to the API are under way
}

type objectKey struct{ resourceType, id string }

// fate is what the run has shown of an object of the state.
type fate struct {
	read  bool   // it was refreshed
	begun bool   // a plan of it has begun, which is none of a new object
	stays bool   // the plan keeps it
	ends  bool   // it is gone, or the plan destroys it
	vm    string // that it belongs to, for an attachment
	on    string // the VM that the plan leaves it on, or moves it to
	vpc   string // that the plan leaves a VM in, or moves it to

	leaving bool // its Delete has begun
	left    bool // and has ended

	guarded bool   // it is protected from deletion
	taken   string // what this run destroys, or empties, and takes it along
}

// over tells whether the object does not outlive the run, as far as Terraform has asked.
func (f *fate) over() bool { return f.ends || f.read && !f.begun }

func newRun(busy func() bool) *Run {
	return &Run{
		id: rand.Text(), busy: busy, objects: map[objectKey]*fate{},
		creates: map[string]bool{}, defaults: map[string]bool{}, taken: map[objectKey]bool{},
		joining: map[objectKey][]string{}, claims: map[objectKey]string{},
		held: map[objectKey]bool{}, owners: map[string]bool{}, said: map[string]bool{}, acts: map[objectKey][]string{},
	}
}

// of returns the fate of an object, to note something about it. r.mu is held.
func (r *Run) of(resourceType, id string) *fate {
	r.active = time.Now()
	key := objectKey{resourceType, id}
	f := r.objects[key]
	if f == nil {
		f = &fate{}
		r.objects[key] = f
	}
	return f
}

// read notes that an object of the state was refreshed. vmID is the VM that it belongs to, if it does.
func (r *Run) read(resourceType, id, vmID string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f := r.of(resourceType, id)
	f.read, f.vm, r.plans = true, vmID, true
}

// begin notes that a plan of an object of the state has begun.
func (r *Run) begin(resourceType, id, vmID string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f := r.of(resourceType, id)
	f.begun, f.vm = true, vmID
}

// stay notes that the plan keeps an object, on a VM where it is attached to one.
func (r *Run) stay(resourceType, id, vmID string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f := r.of(resourceType, id)
	f.stays, f.on, r.plans = true, vmID, true
}

// joins notes the VPC that the plan leaves a VM in, or moves it to; empty for none, or one that is not known yet.
func (r *Run) joins(vmID, vpcID string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.of(VM.Type, vmID).vpc = vpcID
}

// movesTo tells whether the plan is known to have a VM in another VPC than the given one, or in none.
func (r *Run) movesTo(vmID, vpcID string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	f := r.objects[objectKey{VM.Type, vmID}]
	return f != nil && f.stays && f.vpc != vpcID
}

// endings counts the objects of a type that do not outlive the run.
func (r *Run) endings(resourceType string) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := 0
	for key, f := range r.objects {
		if key.resourceType == resourceType && f.over() {
			n++
		}
	}
	return n
}

// end notes that an object is gone, or that the plan destroys it.
func (r *Run) end(resourceType, id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.of(resourceType, id).ends = true
}

// guard notes that an object is protected from deletion.
func (r *Run) guard(resourceType, id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.of(resourceType, id).guarded = true
}

// take notes that something takes an object along. It tells whether the object is protected, and does not
// end by a plan of its own.
func (r *Run) take(resourceType, id, with string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	f := r.of(resourceType, id)
	f.taken = with
	return f.guarded && !f.over()
}

// takenWith returns what takes an object along, or nothing.
func (r *Run) takenWith(resourceType, id string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if f := r.objects[objectKey{resourceType, id}]; f != nil {
		return f.taken
	}
	return ""
}

// create notes that the plan creates a new object.
func (r *Run) create(resourceType string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.creates[resourceType], r.active, r.plans = true, time.Now(), true
}

// makes tells whether the plan creates an object of a type. Terraform plans what an object refers to
// before the object itself.
func (r *Run) makes(resourceType string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.creates[resourceType]
}

// moveDefault notes that the plan changes the default region of a project.
func (r *Run) moveDefault(projectID string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.defaults[projectID] = true
}

// movesDefault tells whether the plan changes the default region of a project.
func (r *Run) movesDefault(projectID string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.defaults[projectID]
}

// ending tells whether an object of the state does not outlive the run: it is gone or is planned to be
// destroyed, or it was refreshed and then not planned, as a tainted one. The answer waits for a plan that
// is to come.
func (r *Run) ending(ctx context.Context, resourceType, id string) bool {
	key := objectKey{resourceType, id}
	r.await(ctx, func() bool {
		f := r.objects[key]
		return f == nil || f.stays || f.ends
	})
	r.mu.Lock()
	defer r.mu.Unlock()
	f := r.objects[key]
	return f != nil && f.over()
}

// outlives tells whether a VM is known to outlive the run, of which something is destroyed. Terraform may
// plan the VM later. Where it destroys everything, it plans attachments before their VM, and nothing else
// than destructions: no VM is known to stay then.
func (r *Run) outlives(ctx context.Context, vmID string) bool {
	key := objectKey{VM.Type, vmID}
	r.await(ctx, func() bool {
		f := r.objects[key]
		return f != nil && (f.stays || f.ends) || r.quiet && !r.plans
	})
	r.mu.Lock()
	defer r.mu.Unlock()
	if f := r.objects[key]; f != nil {
		return f.stays && !f.ends
	}
	r.quiet = true
	return r.plans // the VM is none of this run
}

// over tells whether an object is known not to outlive the run.
func (r *Run) over(resourceType, id string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	f := r.objects[objectKey{resourceType, id}]
	return f != nil && f.over()
}

// endingOn tells whether an object that is attached to a VM does not outlive the run.
func (r *Run) endingOn(resourceType, vmID string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for key, f := range r.objects {
		if key.resourceType == resourceType && f.vm == vmID && f.over() {
			return true
		}
	}
	return false
}

// Leave notes that the Delete of an object has begun.
func (r *Run) Leave(kind Kind, id string) { r.end(kind.Type, id) }

// Leaves tells whether the Delete of an object has begun.
func (r *Run) Leaves(kind Kind, id string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	f := r.objects[objectKey{kind.Type, id}]
	return f != nil && f.ends
}

// Leaving notes that the Delete of an object has begun that has what only one can have, and returns what is to be called
// when it has ended, with whatever outcome.
func (r *Run) Leaving(kind Kind, id string) (left func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f := r.of(kind.Type, id)
	f.leaving = true
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		f.left, r.active = true, time.Now()
	}
}

// destroys tells whether the Delete of an object of a type has begun in this run.
func (r *Run) destroys(resourceType string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for key, f := range r.objects {
		if key.resourceType == resourceType && f.leaving {
			return true
		}
	}
	return false
}

// makesRoom waits for the end of an object's Delete. It tells whether there was one: Terraform may begin it a little later
// than what it makes room for.
func (r *Run) makesRoom(ctx context.Context, kind Kind, id string) bool {
	key := objectKey{kind.Type, id}
	begun := r.await(ctx, func() bool {
		f := r.objects[key]
		return f != nil && f.leaving
	})
	for begun && ctx.Err() == nil {
		r.mu.Lock()
		left := r.objects[key].left
		r.mu.Unlock()
		if left {
			return true
		}
		pause(ctx)
	}
	return false
}

// takeOver notes that a new object has taken over what another one has brought about.
func (r *Run) takeOver(resourceType, id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.taken[objectKey{resourceType, id}] = true
}

// takenOver tells whether a new object has taken over what another one has brought about.
func (r *Run) takenOver(resourceType, id string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.taken[objectKey{resourceType, id}]
}

// hold notes an object that this process has created.
func (r *Run) hold(resourceType, id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.held[objectKey{resourceType, id}] = true
}

// created tells whether this process has created an object.
func (r *Run) created(resourceType, id string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.held[objectKey{resourceType, id}]
}

// holds tells whether an object is one of the state, or was created by this process.
func (r *Run) holds(resourceType, id string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	key := objectKey{resourceType, id}
	return r.held[key] || r.objects[key] != nil
}

// ofAccount notes an account that an object of the state is of.
func (r *Run) ofAccount(id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.owners[id] = true
}

// accounts returns the accounts of the objects that Terraform has asked about.
func (r *Run) accounts() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Sorted(maps.Keys(r.owners))
}

// first tells whether something is to be explained for the first time. Terraform shows an error for each
// object: one of them explains, the others refer to it.
func (r *Run) first(what string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	first := !r.said[what]
	r.said[what] = true
	return first
}

// act notes an action on an object.
func (r *Run) act(resourceType, id, what string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	key := objectKey{resourceType, id}
	r.acts[key], r.active = append(r.acts[key], what), time.Now()
}

// mayChange tells whether the run may change the state of an object before an action on it: Terraform manages it, or has
// another action on it. The answer waits for what is planned later.
func (r *Run) mayChange(ctx context.Context, resourceType, id, what string) bool {
	key := objectKey{resourceType, id}
	return r.await(ctx, func() bool {
		return r.objects[key] != nil || slices.ContainsFunc(r.acts[key], func(other string) bool { return other != what })
	})
}

// guards tells whether an object is known to be protected from deletion.
func (r *Run) guards(resourceType, id string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	f := r.objects[objectKey{resourceType, id}]
	return f != nil && f.guarded
}

// isApply tells whether something was changed already.
func (r *Run) isApply() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.changing
}

// changes notes that something is created, updated or deleted.
func (r *Run) changes() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.changing = true
}

// applies tells whether the walk is an apply. An object that was refreshed in it says that it is a plan.
// Otherwise something was changed already, or Terraform allows deferral, which it does in every apply.
func (r *Run) applies(resourceType, id string, deferralAllowed bool) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if f := r.objects[objectKey{resourceType, id}]; f != nil && f.read {
		return false
	}
	return r.changing || deferralAllowed
}

const (
	patience  = 5 * time.Second // how long a plan waits for others at most
	idleAfter = time.Second     // how long nothing else has to happen before it goes on, on a slow computer too
	lookAgain = 10 * time.Millisecond
)

// has tells whether an object is one of this run. Terraform may ask about it later than about an object
// that is in its way, so the answer waits until it does, or until nothing else is going on.
func (r *Run) has(ctx context.Context, resourceType, id string) bool {
	return r.await(ctx, func() bool { return r.objects[objectKey{resourceType, id}] != nil })
}

// await waits until done says so, which is called with r.mu held, or the run has nothing else to do.
func (r *Run) await(ctx context.Context, done func() bool) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	began := time.Now()
	r.active = began
	for !done() {
		now := time.Now()
		if r.busy() {
			r.active = now
		}
		if ctx.Err() != nil || now.Sub(began) > patience || now.Sub(r.active) > idleAfter {
			return false
		}
		r.mu.Unlock()
		pause(ctx)
		r.mu.Lock()
	}
	return true
}

func pause(ctx context.Context) {
	select {
	case <-time.After(lookAgain):
	case <-ctx.Done():
	}
}
