package guides_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rafftechnologies/terraform-provider-raff/internal/guides"
)

const page = `# A page

~~~terraform
resource "a" "b" {}
~~~

<!-- configuration: other -->
<!-- copy: examples/x -->
<!-- setup: true -->
<!-- hidden: variables.tf
variable "x" {}
-->
<!-- file: main.tf -->
<!-- plan-error: is refused -->

~~~hcl
one {}
~~~

<!-- run: 3 -->
~~~shell
exit 3
~~~

It prints:

~~~text
first
...
second …
~~~

<!-- skip: it is for another program -->
~~~hcl
provider_installation {}
~~~

<!-- pipeline: x -->
~~~yaml
a: b
~~~

- A list:

  ~~~shell
  echo
  ~~~

<!-- configuration: new -->
<!-- newest-cli: older ones cannot do it -->
`

func parse(text string) (*guides.Page, error) {
	return guides.Parse(strings.ReplaceAll(text, "~~~", "```"))
}

func TestParse(t *testing.T) {
	t.Parallel()
	got, err := parse(page)
	if err != nil {
		t.Fatal(err)
	}
	want := &guides.Page{
		Configurations: []guides.Configuration{
			{Name: "page", Steps: []guides.Step{{Line: 3, File: "block1.tf", Text: "resource \"a\" \"b\" {}\n"}}},
			{Name: "other", Steps: []guides.Step{
				{Line: 8, Copy: "examples/x"},
				{Line: 9, Text: "true\n", Setup: true},
				{Line: 10, File: "variables.tf", Text: "variable \"x\" {}\n"},
				{Line: 16, File: "main.tf", Text: "one {}\n", PlanError: "is refused"},
				{Line: 21, Text: "exit 3\n", ExitCode: 3, Output: []string{"first", "second …"}},
			}},
			{Name: "new", Newest: true},
		},
		Blocks: []guides.Block{
			{Line: 3, Language: "terraform", Text: "resource \"a\" \"b\" {}\n"},
			{Line: 16, Language: "hcl", Text: "one {}\n"},
			{Line: 21, Language: "shell", Text: "exit 3\n"},
			{Line: 27, Language: "text", Text: "first\n...\nsecond …\n"},
			{Line: 34, Language: "hcl", Text: "provider_installation {}\n"},
			{Line: 39, Language: "yaml", Text: "a: b\n"},
			{Line: 45, Language: "shell", Text: "echo\n"},
		},
		Pipelines: map[string]guides.Block{"x": {Line: 39, Language: "yaml", Text: "a: b\n"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestParse_refuses(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"<!-- plan-eror: x -->":                           `no directive is called "plan-eror"`,
		"<!-- file: main.tf -->\n":                        "no block follows",
		"<!-- skip: -->\n~~~hcl\n~~~":                     "without a reason",
		"<!-- run: -->\n~~~shell\n~~~":                    "with an exit code",
		"<!-- run: 0 -->\n~~~hcl\n~~~":                    "a file is not run",
		"<!-- newest-cli: x -->":                          "needs the newest CLI",
		"<!-- configuration: x -->\n<!-- newest-cli: -->": "for a reason",
		"<!-- hidden: x\n":                                "the comment does not end",
		"~~~hcl\n":                                        "the block does not end",
		"<!-- run: 0 -->\n~~~sh\n~~~\n~~~text\n~~~":       "the output has no line",
	} {
		if _, err := parse(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", text, err, want)
		}
	}
}

func TestMissing(t *testing.T) {
	t.Parallel()
	step := guides.Step{Output: []string{"first", "id … ends"}}
	for output, want := range map[string]string{
		"first\n  id 7 ends\n": "",
		"first\nx\nid 7 ends":  "",
		"id 7 ends\nfirst\n":   "id … ends",
		"the first\nid 7 ends": "first",
		"":                     "first",
	} {
		if got := step.Missing(output); got != want {
			t.Errorf("%q: lacks %q, want %q", output, got, want)
		}
	}
}
