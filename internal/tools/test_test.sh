#!/usr/bin/env bash
#
# Tests test.sh: what it says of tests that pass, fail and are skipped.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat >"$work/some_test.go" <<'EOF'
package some_test

import "testing"

func TestPasses(*testing.T) {}

func TestFails(t *testing.T) { t.Error("this is why") }

func TestSkips(t *testing.T) {
	for _, name := range []string{"a", "b", "c", "d"} {
		t.Run(name, func(t *testing.T) { t.Skip("for want of a moon") })
	}
	t.Run("sun", func(t *testing.T) { t.Skip("too bright: look away") })
}
EOF

status=0
"$here/test.sh" "$work/skipped" -count=1 "$work/some_test.go" >"$work/output" 2>&1 || status=$?

failed=0
expect() { # WHAT FILE PATTERN
  grep -Eq -- "$3" "$2" || {
    printf 'test.sh: %s: no match of "%s" in\n%s\n' "$1" "$3" "$(<"$2")" >&2
    failed=1
  }
}
[[ $status == 1 ]] || { echo "test.sh: exit code $status with a test that fails" >&2; failed=1; }
expect 'a failure is told' "$work/output" 'this is why'
expect 'the tests are counted' "$work/output" '^DONE 8 tests, 5 skipped, 1 failure'
expect 'skips are counted by reason' "$work/skipped" '^   4  for want of a moon: .*TestSkips/a, .*TestSkips/b, .*TestSkips/c and 1 more$'
expect 'a reason may have a colon' "$work/skipped" '^   1  too bright: look away: .*TestSkips/sun$'
if grep -q 'want of a moon' "$work/output"; then
  echo 'test.sh: skips are not in the output' >&2
  failed=1
fi
exit "$failed"
