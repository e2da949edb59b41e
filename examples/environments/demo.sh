#!/usr/bin/env bash
#
# The demo: builds the provider, starts the reference backend on a free port of
# this machine, and takes the configuration beside this script through a working
# day. Two environments are applied and listed, one is changed, both are
# destroyed. Nothing is left running, and no account is touched.
#
#   make demo
#   make demo KEEP=1   leaves the backend and the environments running
set -euo pipefail

terraform=${TF_ACC_TERRAFORM_PATH:?run this with "make demo"}
keep=${KEEP:-}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
work=$(mktemp -d)
backend_pid=

cleanup() {
  local status=$?
  trap - EXIT
  if [[ -n $backend_pid ]]; then
    kill "$backend_pid" 2>/dev/null || true
    wait "$backend_pid" 2>/dev/null || true
  fi
  rm -rf "$work"
  exit "$status"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

if [[ -t 1 ]]; then
  bold=$'\e[1m' plain=$'\e[0m'
else
  bold='' plain=''
  export TF_CLI_ARGS=-no-color
fi

title() { printf '\n%s== %s%s\n\n' "$bold" "$*" "$plain"; }

fail() {
  printf 'demo: %s\n' "$*" >&2
  exit 1
}

# tf ARGUMENT... shows a Terraform command and runs it.
tf() {
  printf '%s$ %s %s%s\n' "$bold" "$(basename "$terraform")" "$*" "$plain"
  "$terraform" "$@"
}

# brief ARGUMENT... does the same, and shows only the lines that say what was done.
brief() {
  tf "$@" >"$work/output" 2>&1 || {
    cat "$work/output"
    return 1
  }
  grep -E '(\$ |: (Creat|Modif|Destr|Still)|^Plan:|(Apply|Destroy) complete|successfully initialized)' "$work/output" || true
}

build_provider() {
  title 'Building the provider'
  provider=$work/terraform-provider-raff
  (cd "$root" && go build -o "$provider" .)
  "$provider" version

  # Terraform looks for it under the name of its registry, OpenTofu under that of its own.
  local registry mirror=$work/mirror package
  for registry in registry.terraform.io registry.opentofu.org; do
    package=$mirror/$registry/rafftechnologies/raff/0.0.1/$(go env GOOS)_$(go env GOARCH)
    mkdir -p "$package"
    ln "$provider" "$package/terraform-provider-raff_v0.0.1"
  done
  cat >"$work/cli.tfrc" <<EOF
provider_installation {
  filesystem_mirror {
    path = "$mirror"
  }
}
EOF
  export TF_CLI_CONFIG_FILE=$work/cli.tfrc TF_IN_AUTOMATION=1
}

start_backend() {
  title 'Starting a Raff cloud on this machine'
  # In a process group of its own: Ctrl-C reaches Terraform first, which needs the backend to end well.
  set -m
  "$provider" backend --listen 127.0.0.1:0 --timing fast </dev/null >"$work/backend.log" 2>&1 &
  backend_pid=$!
  set +m
  # It is up once it says how to connect.
  local deadline=$((SECONDS + 20))
  until grep -q '^ *export RAFF_API_KEY=' "$work/backend.log"; do
    kill -0 "$backend_pid" 2>/dev/null && ((SECONDS < deadline)) || {
      cat "$work/backend.log" >&2
      fail 'the backend did not start'
    }
    sleep 0.1
  done
  sed -n 's/^ *\(export RAFF_API_[A-Z]*=.*\)/\1/p' "$work/backend.log" | head -n 2 >"$work/environment"
  cat "$work/environment"
  # shellcheck source=/dev/null
  source "$work/environment"
}

prepare_configuration() {
  mkdir "$work/shop"
  cp -R "$here"/*.tf "$here"/*.tfvars "$here/fleet" "$work/shop/"
  cd "$work/shop"
  printf '\n'
  brief init
  brief -chdir=fleet init
}

apply_staging() {
  title 'Staging: the plan in full, then the apply'
  brief workspace new staging
  tf plan -var-file staging.tfvars -out staging.tfplan
  brief apply staging.tfplan
}

apply_production() {
  title 'Production: the same configuration, another workspace, another project'
  brief workspace new production
  brief plan -var-file production.tfvars -out production.tfplan
  brief apply production.tfplan
}

# fleet LIST... shows the lists, and checks that they are as given. Without blanks, quotes and line ends, a list that
# holds anything else is another text.
fleet() {
  brief -chdir=fleet apply -auto-approve
  tf -chdir=fleet output | tee "$work/lists"
  local lists want
  lists=$(tr -d ' ",\n' <"$work/lists")
  for want in "$@"; do
    [[ $lists == *"$want"* ]] || fail "expected $want in the lists"
  done
}

show_lists() {
  title "Each environment's list holds its own VMs, the lists of the fleet all that there is"
  fleet 'shop-staging={shop-staging-web=active}' \
    'shop-production={shop-production-db=activeshop-production-web=active}' \
    'fleet={shop-production-db=activeshop-production-web=activeshop-staging-web=active}' \
    'networks={shop-production=10.2.0.0/24shop-staging=10.1.0.0/24}' \
    'volumes={shop-production-db-data=attached}'
}

change_production() {
  title 'A change for review: the web server of production gets 8 GB instead of 4'
  brief workspace select production
  sed -i.bak 's/web = { cpu = 2, ram = 4 }/web = { cpu = 2, ram = 8 }/' production.tfvars
  diff -u production.tfvars.bak production.tfvars | tail -n +3 || true
  printf '\n'
  tf plan -var-file production.tfvars -out production.tfplan
  brief apply production.tfplan
}

destroy() {
  title "Destroying $1"
  brief workspace select "$1"
  brief destroy -auto-approve -var-file "$1.tfvars"
}

# leave_up keeps everything there and says what to do with it.
leave_up() {
  {
    printf 'export TF_CLI_CONFIG_FILE=%q\n' "$TF_CLI_CONFIG_FILE"
    printf 'cd %q\n' "$work/shop"
  } >>"$work/environment"
  title 'Left up'
  cat <<EOF
Both environments are there, and the backend is running. To keep working with them:

  source $work/environment
  $(basename "$terraform") workspace select staging
  $(basename "$terraform") plan -var-file staging.tfvars

What the backend offers, and its other keys: $work/backend.log

To end it:

  kill $backend_pid; rm -r $work
EOF
  disown "$backend_pid"
  trap - EXIT
}

build_provider
start_backend
prepare_configuration
apply_staging
apply_production
show_lists
change_production
if [[ -n $keep ]]; then
  leave_up
  exit
fi
destroy production
destroy staging
title 'Nothing is left'
fleet 'fleet={}' 'networks={}' 'volumes={}'
title "Done in $SECONDS seconds; nothing is left running"
