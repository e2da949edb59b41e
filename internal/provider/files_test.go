//go:build unix

package provider

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// odd makes files that are none to read, some of which never end or wait for a writer, and says what each is called.
func odd(t *testing.T) map[string]string {
	t.Helper()
	dir := t.TempDir()
	pipe, socket, large := filepath.Join(dir, "pipe"), filepath.Join(dir, "socket"), filepath.Join(dir, "large")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("unix", socket) //nolint:noctx // nobody connects
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	writeFile(t, large, string(bytes.Repeat([]byte("# \n"), maxFileSize/3+1)))
	link := filepath.Join(dir, "link")
	if err := os.Symlink(pipe, link); err != nil {
		t.Fatal(err)
	}
	return map[string]string{
		"/dev/zero": "is a device", pipe: "is a named pipe", link: "is a named pipe",
		dir: "is a directory", socket: "is a socket", large: "is larger than 1 MiB",
	}
}

// promptly fails the test where f does not return at once.
func promptly(t *testing.T, f func() error) (err error) {
	t.Helper()
	done := make(chan error, 1)
	go func() { done <- f() }()
	select {
	case err = <-done:
	case <-time.After(10 * time.Second):
		t.Fatal("it does not end")
	}
	return err
}

// A file that never ends, or that is none, is refused at once: as the authorities, and as the CLI's configuration.
func TestReadFile_odd(t *testing.T) {
	for file, want := range odd(t) {
		err := promptly(t, func() error { _, err := httpClient(file); return err })
		if err == nil || !strings.Contains(err.Error(), file+" "+want) {
			t.Errorf("ca_file %s: got %v, want %q", file, err, want)
		}
		home := t.TempDir()
		t.Setenv("HOME", home)
		config := filepath.Join(home, ".raff", "config.yaml")
		if err := os.MkdirAll(filepath.Dir(config), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(file, config); err != nil {
			t.Fatal(err)
		}
		err = promptly(t, func() error { _, _, err := readCLIConfig(); return err })
		if err == nil || !strings.Contains(err.Error(), config+" "+want) {
			t.Errorf("config.yaml that is %s: got %v, want %q", file, err, want)
		}
	}
}

// A file with keys that others may read is warned of, once, and only where it is used.
func TestClient_warnsOfReaders(t *testing.T) {
	for mode, want := range map[os.FileMode]int{0o600: 0, 0o400: 0, 0o640: 1, 0o604: 1, 0o644: 1, 0o620: 1} {
		home := t.TempDir()
		t.Setenv("HOME", home)
		t.Setenv(envAPIKey, "")
		t.Setenv(envURL, "")
		t.Setenv(envProfile, "")
		file := filepath.Join(home, ".raff", "config.yaml")
		writeFile(t, file, cliFile)
		if err := os.Chmod(file, mode); err != nil {
			t.Fatal(err)
		}
		diags := configure(&providerModel{})
		if got := len(diags); got != want || diags.HasError() {
			t.Errorf("mode %o: got %v", mode, diags)
		}
		if want > 0 && !strings.Contains(diags[0].Detail(), fmt.Sprintf("%s has the mode %04o", file, mode)) {
			t.Errorf("mode %o: got %v", mode, diags)
		}
		if diags := configure(&providerModel{APIKey: types.StringValue("raff_a")}); len(diags) > 0 {
			t.Errorf("mode %o, file not used: got %v", mode, diags)
		}
	}
}

// The key goes to another machine unencrypted only where that is allowed.
func TestClient_insecureHTTP(t *testing.T) {
	unset, yes, no := types.BoolNull(), types.BoolValue(true), types.BoolValue(false)
	for _, test := range []struct {
		url         string
		configured  types.Bool
		environment string
		allowed     bool
	}{
		{"https://api.example.com", unset, "", true},
		{"http://127.0.0.1:9", unset, "", true},
		{"http://localhost:9", no, "", true},
		{"http://192.0.2.1", unset, "", false},
		{"HTTP://api.example.com", unset, "", false},
		{"http://api.example.com", yes, "", true},
		{"http://api.example.com", unset, "true", true},
		{"http://api.example.com", unset, "yes", false},
		{"http://api.example.com", unset, "false", false},
		{"http://api.example.com", no, "true", false},
	} {
		t.Setenv(envInsecureHTTP, test.environment)
		diags := configure(&providerModel{
			APIKey: types.StringValue("raff_a"), APIURL: types.StringValue(test.url), AllowInsecureHTTP: test.configured,
		})
		refused := len(diags) == 1 && diags.HasError() && strings.Contains(diags[0].Detail(), "allow_insecure_http")
		if test.allowed && len(diags) > 0 || !test.allowed && !refused {
			t.Errorf("%+v: got %v", test, diags)
		}
	}
}

func configure(m *providerModel) diag.Diagnostics {
	var diags diag.Diagnostics
	new(raffProvider).connect(context.Background(), m, "1.11.0", &diags)
	return diags
}
