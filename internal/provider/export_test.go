package provider

import (
	"github.com/rafftechnologies/terraform-provider-raff/internal/fastpath"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// NewFastpathProvider returns a provider to put servers before, for tests of these.
func NewFastpathProvider() fastpath.Provider { return newProvider("test", tfkit.NewOpened()) }
