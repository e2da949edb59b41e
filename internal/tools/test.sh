#!/usr/bin/env bash
#
# Runs tests as go test does, and appends to a file which of them were skipped, by the reason that they give:
#
#   internal/tools/test.sh SKIPPED_FILE GO_TEST_ARGUMENTS...
#
# It prints a line for each package, the output of what failed, and how many tests there were. Exit code: that of go test.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
skipped=${1:?usage: test.sh SKIPPED_FILE GO_TEST_ARGUMENTS...}
shift

# The tool itself needs no C compiler, also where the tests do.
mkdir -p .bin
CGO_ENABLED=0 go build -modfile=internal/tools/go.mod -o .bin/gotestsum gotest.tools/gotestsum

# The section about skipped tests has a paragraph for each: "=== SKIP: PACKAGE TEST (0.00s)", and what the test has printed.
.bin/gotestsum --format pkgname --no-color -- "$@" 2>&1 | awk -v file="$skipped" '
  /^=== Skipped$/ { section = 1; next }
  /^=== (Failed|Errors)$/ || /^DONE [0-9]+ tests/ { section = 0 }
  !section { print; fflush(); next }
  /^=== SKIP: / { test = $3 " " $4; reason[test] = "no reason given"; order[++tests] = test; next }
  test != "" && sub(/^ *[A-Za-z0-9_]+\.go:[0-9]+: /, "") { reason[test] = $0 }
  END {
    for (i = 1; i <= tests; i++) {
      why = reason[order[i]]
      if (!(why in count)) reasons[++kinds] = why
      if (++count[why] <= 3) named[why] = named[why] (count[why] > 1 ? ", " : "") order[i]
    }
    for (i = 1; i <= kinds; i++) {
      why = reasons[i]
      more = count[why] > 3 ? sprintf(" and %d more", count[why] - 3) : ""
      printf "%4d  %s: %s%s\n", count[why], why, named[why], more >> file
    }
  }'
