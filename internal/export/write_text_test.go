package export

import (
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// Any text is read as it was written, and nothing of it as an expression.
func FuzzQuote(f *testing.F) {
	for _, text := range []string{
		"", "web", `a "quoted" text`, `back\slash`, "two\nlines\r\n", "${var.x}", "$${x}", "$$${x}", "$$$${x}", "%{if true}", "%%{", "%%%{", "$", "%", "$$", "$%{", "%${",
		`"} resource "x" "y" {`, "\x00\x07\x1b", "ünïcode", "\u2028", "日本語", "\u0065\u0301", "\xff\xfe", `\u0024{x}`, "a#b//c/*d*/", "<<EOT\nEOT",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		source := "name = " + quote(text) + "\nother = 1\n"
		for _, source := range []string{source, string(format(source))} {
			file, diags := hclsyntax.ParseConfig([]byte(source), "x.tf", hcl.InitialPos)
			if diags.HasErrors() {
				t.Fatalf("%q: %s\n%s", text, diags, source)
			}
			attributes, diags := file.Body.JustAttributes()
			if diags.HasErrors() || len(attributes) != 2 {
				t.Fatalf("%q: %s\n%s", text, diags, source)
			}
			value, diags := attributes["name"].Expr.Value(nil)
			if diags.HasErrors() || !value.RawEquals(cty.StringVal(strings.ToValidUTF8(text, "\uFFFD"))) {
				t.Fatalf("%q is read as %#v: %s\n%s", text, value, diags, source)
			}
		}
	})
}

// No comment goes on beyond its line.
func FuzzComment(f *testing.F) {
	for _, text := range []string{"", "Ubuntu 24.04", "a\nb = 1", "a\r\nb = 1", "a\u2028b", "*/", "\x00"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		file, diags := hclsyntax.ParseConfig([]byte("name = 1 "+comment(text)+"\nother = 1\n"), "x.tf", hcl.InitialPos)
		if diags.HasErrors() {
			t.Fatalf("%q: %s", text, diags)
		}
		if attributes, _ := file.Body.JustAttributes(); len(attributes) != 2 {
			t.Fatalf("%q: %v", text, attributes)
		}
	})
}

// Any name gives a valid label in lower case, and always the same one.
func FuzzLabel(f *testing.F) {
	for _, name := range []string{"", "web-1 (production)", "203.0.113.7", "ÄÖÜ", "日本語", "---", "_x_", "a\u0301", "\u0301", "ǅ", "İ", "٣", "x\xffy", "web--1"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		made := label(raffVM, name)
		if !hclsyntax.ValidIdentifier(made) || !isLabel(made) || strings.ToLower(made) != made || label(raffVM, name) != made {
			t.Fatalf("%q becomes %q", name, made)
		}
	})
}
