#!/usr/bin/env bash
#
# Checks every example: formatted, and valid against the provider's schemas.
#
#   internal/tools/with-terraform.sh internal/tools/check-examples.sh PROVIDER_BINARY
#
# Run by `make examples-check`. Examples are validated in copies. Most are
# excerpts that leave out what names the provider's source; it is added there.
set -euo pipefail

terraform=${TF_ACC_TERRAFORM_PATH:?run this through with-terraform.sh}
provider=$(realpath "${1:?usage: check-examples.sh PROVIDER_BINARY}")

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$root"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

"$terraform" fmt -check -diff -recursive examples || failed=1

# The built provider is used as it is, so that no init is needed.
cat >"$work/cli.tfrc" <<EOF
provider_installation {
  dev_overrides {
    "rafftechnologies/raff" = "$(dirname "$provider")"
  }
  direct {}
}
EOF
export TF_CLI_CONFIG_FILE=$work/cli.tfrc

# supports MINOR tells whether the CLI is of version 1.MINOR or later.
minor=$("$terraform" version -json | sed -n 's/.*"terraform_version": *"1\.\([0-9]*\).*/\1/p')
supports() { [[ -z $minor ]] || ((minor >= $1)); }

# newer tells whether the CLI is a Terraform that has queries and actions. OpenTofu has neither, and a CLI without actions
# refuses the whole configuration.
newer() { [[ $("$terraform" version 2>/dev/null) == Terraform* ]] && supports 14; }

# validate DIRECTORY [FILE...] validates the configuration in DIRECTORY without the FILEs.
validate() {
  local directory=$1 copy
  shift
  copy=$(mktemp -d "$work/XXXXXX")
  find "$directory" -maxdepth 1 \( -name '*.tf' -o -name '*.tfquery.hcl' \) -exec cp {} "$copy" \;
  if grep -qs 'source *= "\./' "$directory"/*.tf; then # modules beside it
    find "$directory" -mindepth 1 -maxdepth 1 -type d -exec cp -R {} "$copy" \;
    "$terraform" -chdir="$copy" get >/dev/null
  fi
  (($# == 0)) || (cd "$copy" && rm -f "$@")
  if ! grep -qs required_providers "$copy"/*.tf; then
    cat >"$copy/required_providers.tf" <<'EOF'
terraform {
  required_providers {
    raff = {
      source = "rafftechnologies/raff"
    }
  }
}
EOF
  fi
  local flags=()
  ! compgen -G "$copy/*.tfquery.hcl" >/dev/null || flags=(-query)
  if ! "$terraform" -chdir="$copy" validate -no-color ${flags[@]+"${flags[@]}"} >"$copy/output" 2>&1; then
    printf '%s is not valid:\n' "$directory" >&2
    cat "$copy/output" >&2
    failed=1
  fi
}

# The two forms of import exclude each other, so that each is validated without the other.
count=0
left_out=0
while read -r directory; do
  if [[ $directory == examples/actions/* ]] && ! newer; then
    left_out=$((left_out + 1))
    continue
  fi
  validate "$directory" import-by-identity.tf
  if [[ -e $directory/import-by-identity.tf ]] && supports 12; then
    validate "$directory" import-by-string-id.tf
  fi
  count=$((count + 1))
done < <(find examples -name '*.tf' -not -path '*/.terraform/*' -exec dirname {} + | sort -u)

supports 12 || echo "import by identity was left out: it needs version 1.12"
if newer; then
  while read -r directory; do
    validate "$directory"
    count=$((count + 1))
  done < <(find examples/list-resources -name '*.tfquery.hcl' -exec dirname {} + | sort -u)
else
  echo 'queries were left out: they need Terraform 1.14'
fi
((left_out == 0)) || echo "the examples of $left_out actions were left out: this CLI has no actions, which need Terraform 1.14"
printf 'examples checked: %d directories\n' "$count"
exit "$failed"
