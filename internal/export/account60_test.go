package export_test

import (
	"testing"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/export"
)

// An account of more than 60 odd objects is written whole, but for the backups that a schedule deletes
// again, and what is written is just what there is. No CLI is needed.
func TestExport_account60(t *testing.T) {
	f := acctest.Account60(t)
	p := at(t, f.Backend, "")
	account, files := exportOf(t, p, export.Options{})
	c := parse(t, p, files.Content)
	expectCovered(t, f, account, c.imports)
	c.expectProven()
}
