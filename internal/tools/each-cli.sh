#!/usr/bin/env bash
#
# Runs a command through with-terraform.sh, once with Terraform and once with OpenTofu, and says which of them it did not
# find:
#
#   internal/tools/each-cli.sh [--only terraform|opentofu] COMMAND...
#
# OpenTofu is one on PATH, or one that was built before: `make opentofu` builds it. Where there is neither of them it is
# built now. With TF_ACC_TERRAFORM_PATH the command runs with that CLI alone.
#
# Exit code: 0 every run has passed, 75 there was nothing to run with, otherwise that of the last run that failed.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

only=
if [[ ${1:-} == --only ]]; then
  only=$2
  shift 2
fi

# path_of NAME prints the path of that CLI, and fails without one.
path_of() {
  local chosen
  if [[ $1 == opentofu ]]; then
    "$here/terraform-cli.sh" opentofu
    return
  fi
  chosen=$("$here/terraform-cli.sh") && [[ $("$chosen" version 2>/dev/null) != OpenTofu* ]] && printf '%s\n' "$chosen"
}

# run TITLE PATH COMMAND... runs the command with the CLI at PATH.
run() {
  printf '\n== with %s: %s\n' "$1" "$2"
  TF_ACC_TERRAFORM_PATH=$2 "$here/with-terraform.sh" "${@:3}" || status=$?
}

status=0
if [[ -n ${TF_ACC_TERRAFORM_PATH:-} && -z $only ]]; then
  run 'the CLI that TF_ACC_TERRAFORM_PATH names, and no other' "$TF_ACC_TERRAFORM_PATH" "$@"
  exit "$status"
fi
unset TF_ACC_TERRAFORM_PATH

missing=()
ran=0
for cli in ${only:-terraform opentofu}; do
  if path=$(path_of "$cli"); then
    run "$cli" "$path" "$@"
    ran=$((ran + 1))
  else
    missing+=("$cli")
  fi
done

for cli in "${missing[@]+"${missing[@]}"}"; do
  hint='there is none on PATH'
  [[ $cli == terraform ]] || hint+=', and none was built (make opentofu)'
  printf '\n== NOT RUN with %s: %s\n' "$cli" "$hint"
done
((ran > 0 || status != 0)) || exit 75
exit "$status"
