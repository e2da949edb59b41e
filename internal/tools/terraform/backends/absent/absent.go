// Package absent stands in for the backends of Terraform that are modules of their own. The module proxy does not have
// them, and nothing here keeps a state in any of them.
package absent

import (
	"fmt"

	"github.com/hashicorp/terraform/internal/backend"
	"github.com/hashicorp/terraform/internal/configs/configschema"
	"github.com/hashicorp/terraform/internal/states/statemgr"
	"github.com/hashicorp/terraform/internal/tfdiags"
	"github.com/zclconf/go-cty/cty"
)

// Backend refuses every configuration.
type Backend struct {
	name string
}

// New returns the stand-in for the backend of that name.
func New(name string) Backend {
	return Backend{name: name}
}

// ConfigSchema has no arguments.
func (Backend) ConfigSchema() *configschema.Block {
	return &configschema.Block{}
}

// PrepareConfig says that the backend is absent.
func (b Backend) PrepareConfig(config cty.Value) (cty.Value, tfdiags.Diagnostics) {
	return config, b.refusal()
}

// Configure says that the backend is absent.
func (b Backend) Configure(cty.Value) tfdiags.Diagnostics {
	return b.refusal()
}

// StateMgr says that the backend is absent.
func (b Backend) StateMgr(string) (statemgr.Full, tfdiags.Diagnostics) {
	return nil, b.refusal()
}

// DeleteWorkspace says that the backend is absent.
func (b Backend) DeleteWorkspace(string, bool) tfdiags.Diagnostics {
	return b.refusal()
}

// Workspaces says that the backend is absent.
func (b Backend) Workspaces() ([]string, tfdiags.Diagnostics) {
	return nil, b.refusal()
}

func (b Backend) refusal() tfdiags.Diagnostics {
	return tfdiags.Diagnostics{tfdiags.Sourceless(tfdiags.Error, "Backend left out",
		fmt.Sprintf("This Terraform was built for tests, without the backend %q.", b.name))}
}

var _ backend.Backend = Backend{}
