#!/usr/bin/env bash
#
# Plans the configuration in this directory, and writes the comment for its pull
# request: what the plan destroys, stops, loses and costs. The arguments are
# those of terraform plan.
#
#   review.sh -var-file production.tfvars >comment.md
#
# It ends with 0 where nothing in the plan needs a second look, with 3 where
# something does, and with 1 where there is no plan to review.
#
#   FAIL_ON         what needs a second look; "terraform-provider-raff review -help" lists it
#   TERRAFORM       the CLI; terraform by default, tofu works as well
#   RAFF_PROVIDER   the provider's binary; by default the one that init has installed
set -euo pipefail

terraform=${TERRAFORM:-terraform}
fail_on=${FAIL_ON:-destroy,replace,stop,data-loss,fails,cost>50}
provider=${RAFF_PROVIDER:-$(find -L "${TF_DATA_DIR:-.terraform}/providers" -type f -name 'terraform-provider-raff*' -print -quit)}

# A plan has what the state has, secrets included: it stays in a directory that only this user can read.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# A plan that ends with an error is reviewed as far as it came, where Terraform has saved it.
"$terraform" plan -input=false -no-color -out "$work/plan" "$@" >"$work/log" 2>&1 || {
  cat "$work/log" >&2
  [[ -e $work/plan ]] || exit 1
}
"$terraform" show -json "$work/plan" >"$work/plan.json"

# It needs no network and no key. Its exit code is that of this script.
"$provider" review --name "$("$terraform" workspace show)" --fail-on "$fail_on" "$work/plan.json"
