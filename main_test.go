package main

import (
	"bytes"
	"strings"
	"testing"
)

func TestRun(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		args           []string
		code           int
		stdout, stderr string
	}{
		"version":          {args: []string{"version"}, stdout: "terraform-provider-raff dev"},
		"version flag":     {args: []string{"--version"}, stdout: "terraform-provider-raff dev"},
		"help":             {args: []string{"help"}, stdout: "Usage:"},
		"help flag":        {args: []string{"-help"}, stderr: "Usage:"},
		"backend help":     {args: []string{"backend", "-help"}, stderr: "-listen"},
		"review help":      {args: []string{"review", "-help"}, stderr: "--fail-on"},
		"review of none":   {args: []string{"review"}, code: 2, stderr: "no plan is named"},
		"unknown command":  {args: []string{"serve"}, code: 2, stderr: `unknown command "serve"`},
		"unknown flag":     {args: []string{"-verbose"}, code: 2, stderr: "-verbose"},
		"unknown argument": {args: []string{"-debug=false", "now"}, code: 2, stderr: `unknown command "now"`},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			var stdout, stderr bytes.Buffer
			if code := run(t.Context(), test.args, &stdout, &stderr); code != test.code {
				t.Errorf("exit code %d, want %d", code, test.code)
			}
			if !strings.Contains(stdout.String(), test.stdout) {
				t.Errorf("standard output %q, want %q in it", stdout.String(), test.stdout)
			}
			if !strings.Contains(stderr.String(), test.stderr) {
				t.Errorf("standard error %q, want %q in it", stderr.String(), test.stderr)
			}
		})
	}
}
