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
# before, and fails where there is none. With "newest" it does the same for a Terraform that has queries and actions, 1.14
# or later; the one that TF_ACC_TERRAFORM_PATH names comes first. "build opentofu" and "build terraform" build them.
# Messages go to standard error.
set -euo pipefail

readonly minimum_minor=11 # of version 1: the first with write-only attributes
readonly newest_minor=14  # of version 1: the first with queries and actions

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)

# An empty CLI configuration and no call home: only the version is asked for.
export TF_CLI_CONFIG_FILE=/dev/null CHECKPOINT_DISABLE=1

say() { printf 'terraform-cli: %s\n' "$*" >&2; }

# version_of PATH prints the version of the CLI at PATH, such as 1.11.4.
version_of() {
  "$1" version -json 2>/dev/null | sed -n 's/.*"terraform_version": *"\([^"]*\)".*/\1/p'
}

# recent_enough VERSION [MINOR] tells whether VERSION is 1.11 or later, or 1.MINOR.
recent_enough() {
  local major minor
  IFS=. read -r major minor _ <<<"$1"
  [[ $major =~ ^[0-9]+$ && $minor =~ ^[0-9]+$ ]] || return 1
  ((major > 1 || (major == 1 && minor >= ${2:-minimum_minor})))
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

# pinned MODULE NAME prints the version of MODULE that is built from the module NAME beside this script.
pinned() { sed -n "s|^\(require\)\{0,1\}[[:space:]]*$1 \(v[^ ]*\).*|\2|p" "$here/$2/go.mod"; }

readonly opentofu=github.com/opentofu/opentofu terraform=github.com/hashicorp/terraform
tofu_binary=$root/.bin/opentofu-$(pinned "$opentofu" opentofu)/tofu
terraform_binary=$root/.bin/terraform-$(pinned "$terraform" terraform)/terraform
readonly tofu_binary terraform_binary

# build TITLE DIRECTORY MODULE PACKAGE BINARY MINUTES prints the path of BINARY, built where it is missing.
build() {
  local title=$1 directory=$2 module=$3 package=$4 binary=$5 minutes=$6
  if [[ ! -x $binary ]]; then
    say "building $title $(pinned "$module" "$directory") once, which takes about $minutes minutes on two cores"
    CGO_ENABLED=0 go -C "$here/$directory" build -trimpath \
      -ldflags "-s -w -X $module/version.dev=no" -o "$binary.$$" "$package"
    mv "$binary.$$" "$binary" # whole or not at all, also when two builds run at a time
    say "built $binary"
  fi
  printf '%s\n' "$binary"
}

build_opentofu() { build OpenTofu opentofu "$opentofu" "$opentofu/cmd/tofu" "$tofu_binary" five; }
build_terraform() { build Terraform terraform "$terraform" "$terraform" "$terraform_binary" two; }

# built BINARY prints the path of what was built before, and fails where it was not.
built() { [[ -x $1 ]] && printf '%s\n' "$1"; }

# newest prints the path of a Terraform that has queries and actions, and fails without one.
newest() {
  local path
  for path in "${TF_ACC_TERRAFORM_PATH:-}" "$(command -v terraform || true)"; do
    if [[ -n $path && $("$path" version 2>/dev/null) != OpenTofu* ]] && recent_enough "$(version_of "$path")" "$newest_minor"; then
      printf '%s\n' "$path"
      return
    fi
  done
  built "$terraform_binary"
}

case "$*" in
  opentofu)
    from_path tofu || built "$tofu_binary"
    exit
    ;;
  newest)
    newest
    exit
    ;;
  'build opentofu')
    build_opentofu
    exit
    ;;
  'build terraform')
    build_terraform
    exit
    ;;
esac

if [[ -n ${TF_ACC_TERRAFORM_PATH:-} ]]; then
  printf '%s\n' "$TF_ACC_TERRAFORM_PATH"
else
  from_path terraform || from_path tofu || {
    [[ -x $tofu_binary ]] || say 'no Terraform CLI found'
    build_opentofu
  }
fi
