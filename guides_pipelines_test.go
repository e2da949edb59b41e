package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/guides"
)

// The pipelines of the guide to reviews run as the services would run them, with a key that may only look: each posts a
// comment that names the stop, and says by its exit code that somebody has to look.
func TestAccGuides_pipelines(t *testing.T) {
	content, err := os.ReadFile("docs/guides/reviewing-plans.md")
	if err != nil {
		t.Fatal(err)
	}
	page, err := guides.Parse(string(content))
	if err != nil {
		t.Fatal(err)
	}
	home := readersHome(t)
	for kind, runs := range map[string]func(*pipeline, string){"github": (*pipeline).github, "gitlab": (*pipeline).gitlab} {
		t.Run(kind, func(t *testing.T) {
			b := acctest.New(t)
			p := &pipeline{reader: &reader{t: t, page: "reviewing-plans.md", dir: t.TempDir(), env: readersEnvironment(home, b)}}
			p.take(page.Configurations[0].Steps[0])
			p.must("terraform init && terraform apply -auto-approve && sed -i.bak 's/min_vcpu       = 1/min_vcpu       = 4/' main.tf && rm -rf .terraform")
			p.key = viewerOf(t, b)
			p.posted = p.tools(t)
			runs(p, page.Pipelines[kind].Text)

			comment, err := os.ReadFile(p.posted)
			if err != nil || !strings.Contains(string(comment), "**Stop.**") {
				t.Errorf("the comment: %v\n%s", err, comment)
			}
		})
	}
}

// pipeline is a run of a pipeline.
type pipeline struct {
	*reader
	key    string
	posted string // file of the comment
}

// tools puts what the pipelines call, and no machine of ours has, in front of everything else, and returns the file of what
// they post.
func (p *pipeline) tools(t *testing.T) (posted string) {
	t.Helper()
	dir := t.TempDir()
	posted = filepath.Join(dir, "posted")
	for name, script := range map[string]string{
		"gh":   `[[ "$*" == "pr comment 7 --edit-last --create-if-none --body-file comment.md" ]] && cp comment.md ` + posted,
		"curl": `[[ "$*" == *"/projects/5/merge_requests/7/notes"* ]] && jq -r .body >` + posted,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/usr/bin/env bash\n"+script+"\n"), 0o700); err != nil { //nolint:gosec // it is run
			t.Fatal(err)
		}
	}
	for i, variable := range p.env {
		if path, ok := strings.CutPrefix(variable, "PATH="); ok {
			p.env[i] = "PATH=" + dir + string(os.PathListSeparator) + path
		}
	}
	return posted
}

// must runs commands that have to succeed.
func (p *pipeline) must(script string) {
	p.t.Helper()
	if output, code := p.shell(script); code != 0 {
		p.t.Fatalf("exit code %d\n%s", code, output)
	}
}

// github runs the steps of a workflow.
func (p *pipeline) github(text string) {
	p.t.Helper()
	var workflow struct {
		Jobs map[string]struct {
			Steps []struct {
				Name, Run, If string
				Env           map[string]string
			}
		}
	}
	if err := yaml.Unmarshal([]byte(text), &workflow); err != nil {
		p.t.Fatal(err)
	}
	outputs := filepath.Join(p.t.TempDir(), "outputs")
	base := append(slices.Clone(p.env), "GITHUB_OUTPUT="+outputs, "GITHUB_STEP_SUMMARY="+filepath.Join(p.t.TempDir(), "summary"), "RAFF_API_KEY=none")
	ran := 0
	for _, step := range workflow.Jobs["plan"].Steps {
		if step.Run == "" {
			continue
		}
		ran++
		p.env = slices.Clone(base)
		for name, value := range step.Env {
			value = strings.NewReplacer("${{ secrets.RAFF_PLAN_KEY }}", p.key, "${{ github.event.pull_request.number }}", "7").Replace(value)
			p.env = append(p.env, name+"="+value)
		}
		want := 0
		if step.If == "steps.review.outputs.code == '3'" {
			if said, err := os.ReadFile(outputs); err != nil || string(said) != "code=3\n" {
				p.t.Errorf("the outputs are %q: %v", said, err)
			}
			want = 1
		}
		if output, code := p.shell(step.Run); code != want {
			p.t.Errorf("%s: exit code %d, want %d\n%s", step.Name, code, want, output)
		}
	}
	if ran != 4 {
		p.t.Errorf("%d steps have run", ran)
	}
}

// gitlab runs the script of a job.
func (p *pipeline) gitlab(text string) {
	p.t.Helper()
	var jobs map[string]struct{ Script []string }
	if err := yaml.Unmarshal([]byte(text), &jobs); err != nil {
		p.t.Fatal(err)
	}
	p.env = append(p.env, "RAFF_API_KEY="+p.key, "GITLAB_TOKEN=x", "CI_API_V4_URL=https://gitlab.example.com/api/v4", "CI_PROJECT_ID=5", "CI_MERGE_REQUEST_IID=7")
	if output, code := p.shell(strings.Join(jobs["plan"].Script, "\n")); code != 3 {
		p.t.Errorf("exit code %d, want 3\n%s", code, output)
	}
}

// viewerOf creates a key with the role Viewer in production.
func viewerOf(t *testing.T, b *acctest.Backend) (secret string) {
	t.Helper()
	c := b.Client(t)
	key, err := c.CreateAPIKey(t.Context(), client.CreateAPIKeyRequest{Name: "viewer"})
	if err != nil {
		t.Fatal(err)
	}
	for role, err := range c.ListRoles(t.Context(), client.RoleFilter{}) {
		if err != nil {
			t.Fatal(err)
		}
		if role.Slug != "viewer" {
			continue
		}
		if _, err := c.AddProjectMember(t.Context(), b.Production(), client.AddProjectMemberRequest{APIKeyID: key.ID, RoleID: role.ID}); err != nil {
			t.Fatal(err)
		}
	}
	return key.Secret
}
