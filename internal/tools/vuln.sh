#!/usr/bin/env bash
#
# Looks for known vulnerabilities that the provider can reach, and says which
# database it asked: the public one of the Go project or, where that is out of
# reach, a copy of it that GOVULNDB names: a URL, a directory, or a .tar.gz.
#
# Exit code: 0 none found, 3 some found, 75 the public database cannot be
# reached, so that nothing was checked, 1 anything else.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
readonly public=https://vuln.go.dev
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
  printf 'vuln: %s\n' "$*" >&2
  exit 1
}

# copy NAME prints the URL of a copy of the database: a directory, an archive, or a directory with one archive in it.
copy() {
  local archives
  if [[ -e $1/index/modules.json || -e $1/index/modules.json.gz ]]; then
    printf 'file://%s\n' "$(cd "$1" && pwd)"
    return
  fi
  archives=("$1"/*.tar.gz)
  [[ -f $1 ]] && archives=("$1")
  [[ ${#archives[@]} == 1 && -f ${archives[0]} ]] && tar xzf "${archives[0]}" -C "$work" &&
    printf 'file://%s\n' "$work"
}

database=${GOVULNDB:-$public}
[[ $database == *://* ]] || database=$(copy "$database") ||
  fail "GOVULNDB: $GOVULNDB is no copy of the vulnerability database: a URL, a directory with index/modules.json, or a .tar.gz of one is expected"

printf 'vuln: asking the database %s%s\n' "$database" "${GOVULNDB:+ (GOVULNDB=$GOVULNDB)}"
status=0
go tool -modfile=internal/tools/go.mod govulncheck -show version -db "$database" ./... 2>"$work/stderr" || status=$?
cat "$work/stderr" >&2
if ((status == 1)) && grep -q 'fetching vulnerabilities' "$work/stderr"; then
  printf 'vuln: NOTHING WAS CHECKED: the database %s cannot be reached. Set GOVULNDB to a copy of it.\n' "$database" >&2
  [[ -n ${GOVULNDB:-} ]] || exit 75
fi
exit "$status"
