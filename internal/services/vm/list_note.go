package vm

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/list"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// NewNoteListResource returns the list resource of notes, for terraform query.
func NewNoteListResource() list.ListResource { return tfkit.NewListResource(noteFinding) }

var noteFinding = tfkit.Finding{
	Kind: noteKind, Nouns: "notes", New: NewNoteResource,
	Find: tfkit.EachOfVM(func(ctx context.Context, q *tfkit.Query, vm *client.VM) (found []tfkit.Found, err error) {
		notes, err := q.Client.ReaderIn(vm.ProjectID).ReadVMNotes(ctx, vm.ID)
		if err != nil {
			return nil, err
		}
		for _, note := range []*client.VMNote{notes.Account, notes.Personal} {
			if note != nil && note.Content != "" {
				found = append(found, tfkit.Found{ID: tfkit.JoinID(vm.ID, note.Type), ProjectID: vm.ProjectID, Name: note.Type + " note on " + vm.Name})
			}
		}
		return found, nil
	}),
}
