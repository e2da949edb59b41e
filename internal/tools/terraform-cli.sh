#!/usr/bin/env bash
#
# Prints the path of the Terraform CLI that the tests, the checks and the demo
# use. The first of these:
#
#   1. $TF_ACC_TERRAFORM_PATH, where it is set
#   2. terraform on PATH, 1.11 or later
#   3. tofu on PATH, 1.11 or later
#   4. OpenTofu, built once from the module in opentofu/ into .bin/
#
# With the argument "opentofu" it prints the path of an OpenTofu beside a Terraform: one on PATH, or one that was built
# before, and fails where there is none. With "build" it builds that one. Messages go to standard error.
set -euo pipefail

readonly minimum_minor=11 # of version 1: the first with write-only attributes

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)

# An empty CLI configuration and no call home: only the version is asked for.
export TF_CLI_CONFIG_FILE=/dev/null CHECKPOINT_DISABLE=1

say() { printf 'terraform-cli: %s\n' "$*" >&2; }

# version_of PATH prints the version of the CLI at PATH, such as 1.11.4.
version_of() {
  "$1" version -json 2>/dev/null | sed -n 's/.*"terraform_version": *"\([^"]*\)".*/\1/p'
}

# recent_enough VERSION tells whether VERSION is 1.11 or later.
recent_enough() {
  local major minor
  IFS=. read -r major minor _ <<<"$1"
  [[ $major =~ ^[0-9]+$ && $minor =~ ^[0-9]+$ ]] || return 1
  ((major > 1 || (major == 1 && minor >= minimum_minor)))
}

# from_path NAME prints the path of a recent NAME on PATH, and fails without one.
from_path() {
  local path version
  path=$(command -v "$1") || return 1
  version=$(version_of "$path") || version=
  if ! recent_enough "$version"; then
    say "passing over $path: version ${version:-unknown} is older than 1.$minimum_minor"
    return 1
  fi
  printf '%s\n' "$path"
}

readonly module=github.com/opentofu/opentofu
pinned=$(awk -v module="$module" '$1 == module { print $2 }' "$here/opentofu/go.mod")
readonly pinned binary=$root/.bin/opentofu-$pinned/tofu

# build_opentofu prints the path of the pinned OpenTofu, built where it is missing.
build_opentofu() {
  if [[ ! -x $binary ]]; then
    say "building OpenTofu $pinned once, which takes about five minutes on two cores"
    CGO_ENABLED=0 go -C "$here/opentofu" build -trimpath \
      -ldflags "-s -w -X $module/version.dev=no" -o "$binary.$$" "$module/cmd/tofu"
    mv "$binary.$$" "$binary" # whole or not at all, also when two builds run at a time
    say "built $binary"
  fi
  printf '%s\n' "$binary"
}

# built_opentofu prints the path of an OpenTofu that was built before, and fails without one.
built_opentofu() { [[ -x $binary ]] && printf '%s\n' "$binary"; }

case ${1:-} in
  opentofu)
    from_path tofu || built_opentofu
    exit
    ;;
  build)
    build_opentofu
    exit
    ;;
esac

if [[ -n ${TF_ACC_TERRAFORM_PATH:-} ]]; then
  printf '%s\n' "$TF_ACC_TERRAFORM_PATH"
else
  from_path terraform || from_path tofu || {
    [[ -x $binary ]] || say 'no Terraform CLI found'
    build_opentofu
  }
fi
