package tfkit

import (
	"context"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// takerKey marks in the private state an object that has taken over what was there, with the run.
const takerKey = "taker"

// TakeOver notes that a Create has found what it was to bring about. Another object of the state may have
// done so, which Terraform destroys in the same run where the keys of a for_each have changed. It is
// called under the lock under which that one would undo it.
func (b *ResourceBase) TakeOver(ctx context.Context, kind Kind, id string, resp *resource.CreateResponse) {
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, takerKey, []byte(strconv.Quote(b.Run.id)))...)
	b.Run.takeOver(kind.Type, id)
}

// TakenOver tells whether a new object has taken over what a Delete is about to undo.
func (b *ResourceBase) TakenOver(ctx context.Context, kind Kind, id string, req resource.DeleteRequest) bool {
	taker, _ := req.Private.GetKey(ctx, takerKey)
	return string(taker) != strconv.Quote(b.Run.id) && b.Run.takenOver(kind.Type, id)
}
