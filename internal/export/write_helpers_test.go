package export_test

import (
	"testing"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/export"
	"github.com/rafftechnologies/terraform-provider-raff/internal/protocol"
)

// written are the files of an account.
func written(t *testing.T, p *protocol.Provider, account export.Account, options export.Options) export.Files {
	t.Helper()
	files, err := export.Write(t.Context(), p, account, options)
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// filesOf are the files of an account as it is now.
func filesOf(t *testing.T, b *acctest.Backend, options export.Options) export.Files {
	t.Helper()
	return written(t, providerWith(t, b, b.OwnerKey), read(t, b, options), options)
}

func TestMain(m *testing.M) { acctest.Main(m) }
