package review

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestEscape(t *testing.T) {
	t.Parallel()

	for text, want := range map[string]string{
		"</details><b>":             `&lt;/details>&lt;b>`,
		"a `b` c":                   "a \\`b\\` c",
		"@everyone, #1, org/repo#2": "@&#8203;everyone, #&#8203;1, org/repo#&#8203;2",
		"x | y":                     `x \| y`,
		"*a* _b_ snake_case":        `\*a\* \_b\_ snake_case`,
		"[text](https://evil)":      `\[text\](https:&#8203;//evil)`,
		"ignore_changes = [vm_id]":  "ignore_changes = [vm_id]",
		"www.evil.example":          "www&#8203;.evil.example",
		"&lt;":                      "&amp;lt;",
		"100 %, ~~a~~, $x$, !5":     `100 %, \~\~a\~~, \$x$, \!5`,
		`back\slash`:                `back\\slash`,
	} {
		if got := escape(text); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

func TestCodeSpan(t *testing.T) {
	t.Parallel()

	for text, want := range map[string]string{
		"plain":   "`plain`",
		"a`b``c":  "```a`b``c```",
		"`":       "`` ` ``",
		"":        "` `",
		"</b> @a": "`</b> @a`",
		"a|b":     `a|b`,
	} {
		if text == "a|b" {
			if got := codeSpan(text, true); got != "`a\\|b`" {
				t.Errorf("in a table, %q is %q", text, got)
			}
			continue
		}
		if got := codeSpan(text, false); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

func TestOneLine(t *testing.T) {
	t.Parallel()

	if got, want := oneLine("a\nb\r\x1b[31m\u202ec\u200bd\xff"), `a\nb\r\x1b[31m\u202ec\u200bd`+"�"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// hostile names things so that they would be something else in a comment.
const hostile = "</details>\n# `x` | <img src=x> @octocat #1 ![a](https://evil) \u202e"

func TestMarkdown_names(t *testing.T) {
	t.Parallel()

	bad := with(vm, object{"name": hostile, "tags": []string{hostile}, "template_id": hostile})
	plan := planJSON(t, []object{
		changed("raff_vm.web[\""+hostile+"\"]", anew, bad, with(bad, object{"tags": []string{}, "monthly_price": "1"}), object{"replace_paths": [][]string{{hostile}}}),
		changed("raff_vm.b", deleted, bad, nil), changed("raff_vm.c", created, nil, bad),
		changed("raff_vm.d", deleted, bad, nil, object{"deposed": hostile}), changed("raff_vm.e", updated, bad, with(bad, object{"name": "x", hostile: "y"})),
	}, object{
		"checks":         []object{{"address": object{"to_display": hostile}, "status": "fail", "instances": []object{{"problems": []object{{"message": hostile}}}}}},
		"output_changes": object{hostile: object{"actions": updated}},
	})
	comment, said, _ := reviewed(t, plan, "--name", hostile, "--title", hostile, "--fail-on", "destroy")
	checkHarmless(t, comment)
	if strings.Contains(said, "\u202e") || strings.Count(said, "\n") != 1 {
		t.Errorf("the standard error has %q", said)
	}
}

var ownEntity = regexp.MustCompile(`&(lt|amp|#8203);`)

// checkHarmless looks for what a comment must not have outside of code.
func checkHarmless(t *testing.T, comment string) {
	t.Helper()
	if len(comment) > limit || !utf8.ValidString(comment) {
		t.Errorf("%d bytes", len(comment))
	}
	for _, line := range strings.Split(comment, "\n") {
		rest := withoutCode(line)
		text := ownEntity.ReplaceAllString(rest, "¤")
		for _, bad := range []string{"<", "&", "://", "\x1b", "\u202e"} {
			if strings.Contains(text, bad) {
				t.Errorf("%q has %q outside of code", line, bad)
			}
		}
		if regexp.MustCompile(`[@#][\w]`).MatchString(text) {
			t.Errorf("%q calls or links", line)
		}
		if line != "" && !regexp.MustCompile(`^(#{2,4} |- |  - |\| |\|( -+:? \|)+|[*]{2}|[A-Z])`).MatchString(line) {
			t.Errorf("%q begins with something else", line)
		}
	}
}

// withoutCode takes the code spans of a line away, as Markdown finds them: each ends with as many backticks as it began
// with, and a backslash before the first takes their meaning.
func withoutCode(line string) string {
	w := &strings.Builder{}
	for i := 0; i < len(line); {
		if line[i] == '\\' && i+1 < len(line) {
			w.WriteString(line[i : i+2])
			i += 2
			continue
		}
		if line[i] != '`' {
			w.WriteByte(line[i])
			i++
			continue
		}
		fence := len(line[i:]) - len(strings.TrimLeft(line[i:], "`"))
		end := closing(line[i+fence:], fence)
		if end < 0 {
			w.WriteString(line[i : i+fence])
			i += fence
			continue
		}
		i += fence + end + fence
	}
	return w.String()
}

// closing is where a run of exactly so many backticks is; -1 for nowhere.
func closing(text string, fence int) int {
	for i := 0; i < len(text); {
		if text[i] != '`' {
			i++
			continue
		}
		run := len(text[i:]) - len(strings.TrimLeft(text[i:], "`"))
		if run == fence {
			return i
		}
		i += run
	}
	return -1
}
