// Package cos is left out of this build.
package cos

import (
	"github.com/hashicorp/terraform/internal/backend"
	"github.com/hashicorp/terraform/internal/backend/remote-state/absent"
)

// New returns the stand-in for the backend.
func New() backend.Backend { return absent.New("cos") }
