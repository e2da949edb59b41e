package tfkit

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
)

// accountKey is where the private state of an object has the id of its account.
const accountKey = "account"

// rememberedAccount returns the account that an object of the state is of; empty where none is remembered.
func rememberedAccount(ctx context.Context, from private, diags *diag.Diagnostics) string {
	data, problems := from.GetKey(ctx, accountKey)
	diags.Append(problems...)
	id, err := strconv.Unquote(string(data))
	if err != nil {
		return ""
	}
	return id
}

// rememberAccount notes the account of the key, which has just found or made the object.
func (b *base) rememberAccount(ctx context.Context, to privateWriter, diags *diag.Diagnostics) {
	id, err := b.Client.AccountID(ctx)
	if err != nil || id == "" { // a later read remembers it
		return
	}
	diags.Append(to.SetKey(ctx, accountKey, []byte(strconv.Quote(id)))...)
	b.Run.ofAccount(id)
}

// SameAccount tells whether an object of the account may be changed: the key is of the account that is
// remembered with it. Otherwise it adds an error that names both.
func (b *base) SameAccount(ctx context.Context, m Model, from private, diags *diag.Diagnostics) bool {
	return b.sameAccount(ctx, m.Object(), rememberedAccount(ctx, from, diags), acting, diags)
}

// stance tells whether somebody asks in order to change something, or only looks.
type stance bool

const (
	// looking: one error ends the plan, so that an error that is the same for many objects comes once.
	looking stance = false
	// acting: each object needs an error of its own, or Terraform takes the change for done.
	acting stance = true
)

// explain adds an error that is the same for many objects: in full for the first one, and in short for
// others that need one.
func (b *base) explain(ctx context.Context, question string, s stance, diags *diag.Diagnostics, summary, full, short string) {
	switch {
	case rehearsing(ctx) || b.Run.first(question):
		diags.AddError(summary, full)
	case s == acting:
		diags.AddError(summary, short)
	}
}

// sameAccount tells whether the key is of the account that is remembered with an object, if one is.
func (b *base) sameAccount(ctx context.Context, object, remembered string, s stance, diags *diag.Diagnostics) bool {
	if remembered == "" {
		return true
	}
	own, err := b.Client.AccountID(ctx)
	short := object + " is of account " + remembered + " too, and was left as it is."
	switch {
	case err != nil:
		AddError(diags, "Unable to tell the account of the API key", object, err)
		return false
	case own == remembered:
		return true
	case own == "":
		b.explain(ctx, "account "+remembered, s, diags, "The account of the API key is not known", fmt.Sprintf(
			"%s is of account %s. The API key sees no project, member, API key or role, so that nothing tells whether it is of that account. "+
				"Nothing was changed.\n\nUse a key of account %s that may see at least one of them.", object, remembered, remembered), short)
	default:
		b.explain(ctx, "account "+remembered, s, diags, "The API key is of another account", fmt.Sprintf(
			"%s is of account %s, and the API key is of account %s. Nothing was changed, and the state is kept.\n\n"+
				"Use a key of account %s (api_key, RAFF_API_KEY or profile), or the workspace or state of account %s.",
			object, remembered, own, remembered, own), short)
	}
	return false
}

// checkNewcomer refuses to create an object of the account where the objects of this run are of another
// one: what is missing here may exist there.
func (b *base) checkNewcomer(ctx context.Context, object string, s stance, diags *diag.Diagnostics) bool {
	for _, account := range b.Run.accounts() {
		if !b.sameAccount(ctx, object, account, s, diags) {
			return false
		}
	}
	return true
}

// CheckAccount refuses a key whose account is not one of allowed.
func CheckAccount(ctx context.Context, d *ProviderData, allowed []string, diags *diag.Diagnostics) {
	at := path.Root("allowed_account_ids")
	own, err := d.Client.AccountID(ctx)
	switch {
	case err != nil:
		AddAttributeError(diags, at, "Unable to tell the account of the API key", "The API key", err)
	case own == "":
		diags.AddAttributeError(at, "The account of the API key is not known",
			"The API key sees no project, member, API key or role, so that nothing tells whether its account is one of allowed_account_ids ("+
				strings.Join(allowed, ", ")+"). Nothing was changed. Give the key a project or a role that lets it see one of them.")
	case !slices.Contains(allowed, own):
		diags.AddAttributeError(at, "Account is not allowed", fmt.Sprintf(
			"The API key is of account %s, which is not one of the provider's allowed_account_ids (%s). Nothing was changed. "+
				"Use a key of an allowed account, or add this one to allowed_account_ids if it is the one you mean.", own, strings.Join(allowed, ", ")))
	}
}

// accountOf returns the account that an object is of: the remembered one, or what its account_id says.
func accountOf(ctx context.Context, from private, state tfsdk.State, diags *diag.Diagnostics) string {
	if id := rememberedAccount(ctx, from, diags); id != "" {
		return id
	}
	return textOf(state.Raw, "account_id").ValueString()
}
