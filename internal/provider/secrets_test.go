package provider_test

import (
	"archive/zip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
)

// secretConfig has every kind of secret: the provider's own key, a managed key that is rotated, an ephemeral key that
// a second provider works with, and a VM's write-only password.
const secretConfig = `
provider "raff" {}

variable "password" {
  type      = string
  ephemeral = true
}

variable "rotation" {
  type    = string
  default = "1"
}

variable "vm_name" {
  type    = string
  default = "web"
}

data "raff_project" "production" { name = "production" }
data "raff_role" "admin" { slug = "project-admin" }
data "raff_template" "ubuntu" {
  name    = "Ubuntu"
  version = "24.04"
}

resource "raff_api_key" "managed" {
  name             = "managed"
  rotation_trigger = var.rotation
}

ephemeral "raff_api_key" "run" {
  name     = "run"
  projects = [{ project_id = data.raff_project.production.id, role_id = data.raff_role.admin.id }]
}

provider "raff" {
  alias   = "run"
  api_key = ephemeral.raff_api_key.run.secret
}

resource "raff_vm" "web" {
  provider            = raff.run
  project_id          = data.raff_project.production.id
  name                = var.vm_name
  template_id         = data.raff_template.ubuntu.id
  pricing_id          = 9
  password_wo         = var.password
  password_wo_version = 1
}

# Whatever is not secret by itself may be shown, and the managed key's data is.
data "raff_api_keys" "all" {
  depends_on = [raff_api_key.managed]
}
`

// vmPassword fulfils the rules for passwords.
const vmPassword = "Correct-Horse-42-Battery"

// No secret is in a state, a plan file, a log at TRACE, a diagnostic or the backend's journal, but for the one
// attribute that says so: the secret of raff_api_key, in states and in the plans made from them. The test looks for
// the values themselves, which a proxy in front of the backend has seen.
func TestAccSecretsStaySecret(t *testing.T) {
	b := acctest.New(t)
	proxy := &secretProxy{next: b}
	server := httptest.NewServer(proxy)
	t.Cleanup(server.Close)
	cli := acctest.NewCLI(t, secretConfig)
	cli.Env = append(cli.Env, "RAFF_API_KEY="+b.OwnerKey, "RAFF_API_URL="+server.URL, "TF_VAR_password="+vmPassword,
		"TF_LOG=TRACE", "TF_LOG_PATH="+filepath.Join(cli.Dir, "trace.log"))

	var shown strings.Builder // everything that a person sees
	run := func(args ...string) {
		output, err := cli.Run(t.Context(), append(args, "-no-color")...)
		if err != nil {
			t.Fatalf("%v: %v\n%s", args, err, output)
		}
		shown.WriteString(output)
	}
	fail := func(args ...string) {
		output, err := cli.Run(t.Context(), append(args, "-no-color")...)
		if err == nil {
			t.Fatalf("%v did not fail:\n%s", args, output)
		}
		shown.WriteString(output)
	}

	run("plan", "-out=first.plan")
	run("apply", "first.plan")
	run("show")
	run("plan", "-var=rotation=2", "-out=second.plan")
	run("show", "second.plan")
	run("apply", "second.plan")
	// An API that repeats what it was sent, in an error and in something that is no JSON.
	b.AddFault(refbackend.Fault{Operation: "createVM", Status: 400, Message: "password: " + vmPassword + " is weak", Count: 1})
	b.AddFault(refbackend.Fault{Operation: "renameVM", HTML: true, Count: 10})
	fail("apply", "-auto-approve", "-replace=raff_vm.web")
	run("apply", "-auto-approve")
	fail("apply", "-auto-approve", "-var=vm_name=renamed")

	managed := managedSecrets(t, cli)
	secrets := proxy.seen()
	if len(managed) == 0 || !contains(secrets, managed) || !slices.Contains(secrets, b.OwnerKey) || len(secrets) < 5 {
		t.Fatalf("the proxy has seen %d secrets, which cannot be all", len(secrets))
	}
	secrets = append(secrets, vmPassword)

	look := func(where, content string, secrets []string) {
		t.Helper()
		for _, secret := range secrets {
			if at := strings.Index(content, secret); at >= 0 {
				t.Errorf("%s has a secret: …%s…", where, around(content, at, secret))
			}
		}
	}
	look("what is shown", shown.String(), secrets)
	log := readFile(t, cli, "trace.log")
	for _, body := range []string{"API request body", "API response body", "password_wo_version"} {
		if !strings.Contains(log, body) {
			t.Errorf("the log has no %s: it is not at TRACE", body)
		}
	}
	look("the log", log, secrets)
	journal, err := json.Marshal(b.Journal())
	if err != nil {
		t.Fatal(err)
	}
	look("the journal", string(journal), secrets)
	look("the state, the documented attribute apart", withoutDocumented(t, readFile(t, cli, "terraform.tfstate")), secrets)
	look("the first plan", unzipped(t, cli, "first.plan"), secrets)
	look("the second plan, as JSON, the documented attribute apart",
		withoutDocumented(t, cli.MustRun(t, "show", "-json", "second.plan")), secrets)
	look("the second plan", unzipped(t, cli, "second.plan"), slices.DeleteFunc(slices.Clone(secrets), func(secret string) bool {
		return slices.Contains(managed, secret) // in the state that the plan was made from
	}))

	run("destroy", "-auto-approve")
	look("the state after all is destroyed", readFile(t, cli, "terraform.tfstate"), secrets)
}

// secretProxy hands requests on and remembers the keys in them and in their answers.
type secretProxy struct {
	next http.Handler
	mu   sync.Mutex
	keys []string
}

var wholeKey = regexp.MustCompile(`raff_[0-9a-f]{64}`)

func (p *secretProxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	answer := httptest.NewRecorder()
	p.next.ServeHTTP(answer, r)
	p.remember(r.Header.Get("X-API-Key"))
	p.remember(answer.Body.String())
	for name, values := range answer.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes())
}

func (p *secretProxy) remember(text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, key := range wholeKey.FindAllString(text, -1) {
		if !slices.Contains(p.keys, key) {
			p.keys = append(p.keys, key)
		}
	}
}

func (p *secretProxy) seen() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.keys)
}

func contains(all, some []string) bool {
	return !slices.ContainsFunc(some, func(s string) bool { return !slices.Contains(all, s) })
}

// managedSecrets are the values that raff_api_key.managed has had: those in the state and in its backup.
func managedSecrets(t *testing.T, cli *acctest.CLI) []string {
	t.Helper()
	var found []string
	for _, name := range []string{"terraform.tfstate", "terraform.tfstate.backup"} {
		found = append(found, wholeKey.FindAllString(readFile(t, cli, name), -1)...)
	}
	found = append(found, wholeKey.FindAllString(unzipped(t, cli, "second.plan"), -1)...)
	slices.Sort(found)
	return slices.Compact(found)
}

// withoutDocumented empties the one attribute that may hold a secret, in a state or in a plan as JSON: it belongs to
// an object of the type raff_api_key.
func withoutDocumented(t *testing.T, document string) string {
	t.Helper()
	var parsed any
	if err := json.Unmarshal([]byte(document), &parsed); err != nil {
		t.Fatal(err)
	}
	emptied := 0
	var walk func(value any, ofKey bool)
	walk = func(value any, ofKey bool) {
		switch v := value.(type) {
		case []any:
			for _, item := range v {
				walk(item, ofKey)
			}
		case map[string]any:
			ofKey = ofKey || v["type"] == "raff_api_key" && v["mode"] == "managed"
			if secret, ok := v["secret"].(string); ok && ofKey {
				v["secret"] = strings.Repeat("x", len(secret))
				emptied++
			}
			for _, item := range v {
				walk(item, ofKey)
			}
		}
	}
	walk(parsed, false)
	if emptied == 0 {
		t.Error("the documented attribute was not found")
	}
	out, err := json.Marshal(parsed)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func readFile(t *testing.T, cli *acctest.CLI, name string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(cli.Dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// unzipped is everything in a plan file, and the file itself.
func unzipped(t *testing.T, cli *acctest.CLI, name string) string {
	t.Helper()
	archive, err := zip.OpenReader(filepath.Join(cli.Dir, name))
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	all := readFile(t, cli, name)
	for _, file := range archive.File {
		content, err := file.Open()
		if err != nil {
			t.Fatal(err)
		}
		bytes, err := io.ReadAll(content)
		if err != nil {
			t.Fatal(err)
		}
		all += string(bytes)
	}
	return all
}

// around shows what stands beside a secret, not the secret.
func around(content string, at int, secret string) string {
	end := at + len(secret)
	return fmt.Sprintf("%q, the secret, %q", content[max(0, at-200):at], content[end:min(len(content), end+100)])
}
