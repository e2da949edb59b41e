#!/usr/bin/env bash
#
# Tests which CLI terraform-cli.sh chooses, with stand-ins on PATH.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
bash_dir=$(dirname "$(command -v bash)")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

# A copy, so that an OpenTofu built before is not found.
script=$work/repository/internal/tools/terraform-cli.sh
mkdir -p "$work/repository/internal/tools/"{opentofu,terraform}
cp "$here/terraform-cli.sh" "$script"
for module in opentofu terraform; do cp "$here/$module/go.mod" "$work/repository/internal/tools/$module/"; done

# cli DIR NAME VERSION [PRODUCT] creates a stand-in for a CLI of that version.
cli() {
  mkdir -p "$work/$1"
  printf '#!/usr/bin/env bash\n[[ $2 == -json ]] || { echo "%s v%s"; exit; }\necho "{"\necho "  \\"terraform_version\\": \\"%s\\","\necho "}"\n' \
    "${4:-Terraform}" "$3" "$3" >"$work/$1/$2"
  chmod +x "$work/$1/$2"
}

# expect TITLE WANTED_PATH WANTED_MESSAGE DIR... runs the script with the DIRs on PATH, and with $argument. A go that
# fails stands for the build of OpenTofu.
argument=
expect() {
  local title=$1 want=$2 message=$3 path=$work/none got
  shift 3
  for dir in "$@"; do path=$work/$dir:$path; done
  got=$(PATH=$path:$work/system TF_ACC_TERRAFORM_PATH='' "$script" $argument 2>"$work/stderr") || true
  if [[ $got != "${want:+$work/}$want" || $(<"$work/stderr") != *"$message"* ]]; then
    printf 'terraform-cli.sh: %s: printed "%s", said "%s"\n' "$title" "$got" "$(<"$work/stderr")" >&2
    failed=1
  fi
}

# What the script itself needs, and no CLI: the machine's own must not be seen.
mkdir -p "$work/system"
for tool in bash env sed awk dirname cat mv; do ln -s "$(command -v "$tool")" "$work/system/$tool"; done
printf '#!%s/bash\necho "go $*" >&2\nexit 1\n' "$bash_dir" >"$work/system/go"
chmod +x "$work/system/go"

cli recent terraform 1.11.0
cli old terraform 1.9.8
cli two terraform 2.0.0
cli beta terraform 1.15.0-beta1
cli broken terraform ''
cli tofu tofu 1.12.6
cli new terraform 1.14.0
cli newtofu terraform 1.14.0 OpenTofu
cli oldtofu tofu 1.10.9

expect 'a recent terraform is taken' recent/terraform '' recent tofu
expect 'a later major version is taken' two/terraform '' two
expect 'a pre-release is taken' beta/terraform '' beta
expect 'an old terraform is passed over' tofu/tofu "passing over $work/old/terraform: version 1.9.8 is older than 1.11" old tofu
expect 'a terraform without a version is passed over' tofu/tofu 'version unknown is older' broken tofu
expect 'tofu serves alone' tofu/tofu '' tofu
expect 'nothing on PATH: OpenTofu is built' '' 'building OpenTofu'
expect 'only old ones on PATH: OpenTofu is built' '' 'building OpenTofu' old oldtofu

terraform_pinned=$(awk '$2 == "github.com/hashicorp/terraform" && $1 == "require" { print $3 }' "$here/terraform/go.mod")
built=$(awk '$1 == "github.com/opentofu/opentofu" { print "opentofu-" $2 }' "$here/opentofu/go.mod")
cli "repository/.bin/$built" tofu 1.12.6
expect 'what was built before is used' "repository/.bin/$built/tofu" ''

argument=opentofu
expect 'an OpenTofu that was built is found beside a terraform' "repository/.bin/$built/tofu" '' recent
expect 'one on PATH goes before it' tofu/tofu '' recent tofu
rm -r "$work/repository/.bin"
expect 'no OpenTofu is built for want of one' '' '' recent
[[ ! -s $work/stderr ]] || { cat "$work/stderr" >&2; failed=1; }
argument='build opentofu'
expect 'OpenTofu is built beside a terraform' '' 'building OpenTofu' recent

argument=newest
expect 'a Terraform 1.14 on PATH is the newest' new/terraform '' new
expect 'an older one is not' '' '' recent
expect 'OpenTofu is none' '' '' newtofu
argument='build terraform'
expect 'Terraform is built beside an older one' '' "building Terraform $terraform_pinned" recent
argument=newest
cli "repository/.bin/terraform-$terraform_pinned" terraform "${terraform_pinned#v}"
expect 'a Terraform that was built before is found' "repository/.bin/terraform-$terraform_pinned/terraform" '' recent
expect 'one on PATH goes before a built one' new/terraform '' new
got=$(TF_ACC_TERRAFORM_PATH=$work/two/terraform "$script" newest)
if [[ $got != "$work/two/terraform" ]]; then
  printf 'terraform-cli.sh: TF_ACC_TERRAFORM_PATH names a new one, yet the newest is "%s"\n' "$got" >&2
  failed=1
fi

got=$(TF_ACC_TERRAFORM_PATH=/elsewhere/terraform "$script")
if [[ $got != /elsewhere/terraform ]]; then
  printf 'terraform-cli.sh: TF_ACC_TERRAFORM_PATH is set, yet it printed "%s"\n' "$got" >&2
  failed=1
fi

exit "$failed"
