package provider

import (
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const cliFile = `
current-profile: work
profiles:
  work:
    api-url: https://work.example.com
    api-key: raff_work
  under_score:
    api_url: https://under.example.com
    api_key: raff_under
  no-address:
    api-key: raff_plain
`

func TestResolve(t *testing.T) {
	for name, test := range map[string]struct {
		apiKey, apiURL, profile string
		env                     map[string]string
		file                    string
		want                    settings
		wantErr                 string
	}{
		"configuration only": {
			apiKey: "raff_a", apiURL: "https://a.example.com",
			want: settings{apiKey: "raff_a", apiURL: "https://a.example.com"},
		},
		"configuration before environment": {
			apiKey: "raff_a", env: map[string]string{envAPIKey: "raff_b", envURL: "https://b.example.com"},
			want: settings{apiKey: "raff_a", apiURL: "https://b.example.com"},
		},
		"environment only": {
			env:  map[string]string{envAPIKey: "raff_b", envURL: "https://b.example.com"},
			want: settings{apiKey: "raff_b", apiURL: "https://b.example.com"},
		},
		"a given key never goes to the address of the current profile": {
			apiKey: "raff_a", file: cliFile,
			want: settings{apiKey: "raff_a", apiURL: DefaultURL},
		},
		"current profile": {
			file: cliFile,
			want: settings{apiKey: "raff_work", apiURL: "https://work.example.com"},
		},
		"named profile, with underscores": {
			profile: "under_score", file: cliFile,
			want: settings{apiKey: "raff_under", apiURL: "https://under.example.com"},
		},
		"profile of the environment": {
			env: map[string]string{envProfile: "no-address"}, file: cliFile,
			want: settings{apiKey: "raff_plain", apiURL: DefaultURL},
		},
		"environment before profile": {
			profile: "work", env: map[string]string{envURL: "https://b.example.com"}, file: cliFile,
			want: settings{apiKey: "raff_work", apiURL: "https://b.example.com"},
		},
		"unknown profile": {
			profile: "nowhere", file: cliFile,
			wantErr: `there is no profile "nowhere"`,
		},
		"no key anywhere": {
			want: settings{apiKey: "", apiURL: DefaultURL},
		},
		"broken file": {
			file:    "profiles: [raff_secret",
			wantErr: "not valid YAML",
		},
		"broken file that is not needed": {
			apiKey: "raff_a", file: "profiles: [",
			want: settings{apiKey: "raff_a", apiURL: DefaultURL},
		},
	} {
		t.Run(name, func(t *testing.T) {
			home := t.TempDir()
			t.Setenv("HOME", home)
			for _, variable := range []string{envAPIKey, envURL, envProfile} {
				t.Setenv(variable, test.env[variable])
			}
			if test.file != "" {
				writeFile(t, filepath.Join(home, ".raff", "config.yaml"), test.file)
			}
			got, err := resolve(test.apiKey, test.apiURL, test.profile)
			if test.wantErr != "" {
				if err == nil || !strings.Contains(err.Error(), test.wantErr) || strings.Contains(err.Error(), "raff_secret") {
					t.Fatalf("got %v, want an error about %q without secrets", err, test.wantErr)
				}
				return
			}
			got.source = cliSource{}
			if err != nil || got != test.want {
				t.Errorf("got %+v, %v, want %+v", got, err, test.want)
			}
		})
	}
}

func FuzzParseCLIConfig(f *testing.F) {
	f.Add([]byte(cliFile))
	f.Add([]byte("current_profile: x\nprofiles: {x: {api_key: y}}"))
	f.Add([]byte("a: &a [*a]"))
	f.Fuzz(func(_ *testing.T, content []byte) {
		_, _ = parseCLIConfig(content) // must not panic
	})
}

func TestPlaintext(t *testing.T) {
	for address, want := range map[string]bool{
		"https://api.example.com":  false,
		"http://api.example.com":   true,
		"http://10.0.0.1:8080":     true,
		"http://localhost:8080":    false,
		"http://127.0.0.1:8080":    false,
		"http://[::1]:8080":        false,
		"http://localhost.evil.io": true,
	} {
		if got := plaintext(address); got != want {
			t.Errorf("%s: got %v, want %v", address, got, want)
		}
	}
}

// The client trusts a server whose authority is in the CA file, and no other.
func TestHTTPClientCAFile(t *testing.T) {
	server := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(server.Close)
	file := filepath.Join(t.TempDir(), "ca.pem")
	writeFile(t, file, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})))

	for caFile, trusted := range map[string]bool{file: true, "": false} {
		c, err := httpClient(caFile)
		if err != nil {
			t.Fatal(err)
		}
		if err := get(t, c, server.URL); (err == nil) != trusted {
			t.Errorf("CA file %q: %v", caFile, err)
		}
	}
	empty := filepath.Join(t.TempDir(), "empty.pem")
	writeFile(t, empty, "")
	for _, bad := range []string{empty, filepath.Join(t.TempDir(), "missing.pem")} {
		if _, err := httpClient(bad); err == nil {
			t.Errorf("%s was accepted", bad)
		}
	}
}

// HTTPS_PROXY is honoured. The environment is read once per process, so a new one is started.
func TestHTTPClientProxy(t *testing.T) {
	if os.Getenv("RAFF_TEST_PROXY_CHILD") != "" {
		c, err := httpClient("")
		if err != nil {
			t.Fatal(err)
		}
		_ = get(t, c, "https://api.example.com") // the proxy refuses
		return
	}
	asked := make(chan string, 1)
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked <- r.Method + " " + r.Host
		w.WriteHeader(http.StatusBadGateway)
	}))
	t.Cleanup(proxy.Close)
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^TestHTTPClientProxy$") // #nosec G204 -- this test binary
	child.Env = append(os.Environ(), "RAFF_TEST_PROXY_CHILD=1", "HTTPS_PROXY="+proxy.URL, "NO_PROXY=")
	if output, err := child.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	select {
	case got := <-asked:
		if want := "CONNECT api.example.com:443"; got != want {
			t.Errorf("the proxy was asked for %q, want %q", got, want)
		}
	default:
		t.Error("the proxy was not asked")
	}
}

func TestUserAgent(t *testing.T) {
	t.Setenv("TF_APPEND_USER_AGENT", "ci/7")
	if got, want := userAgent("1.2.3", "1.11.4"), "terraform-provider-raff/1.2.3 Terraform/1.11.4 ci/7"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func get(t *testing.T, c *http.Client, url string) error {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	response, err := c.Do(request)
	if err != nil {
		return err
	}
	return response.Body.Close()
}

func writeFile(t *testing.T, file, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}
