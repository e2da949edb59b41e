#!/usr/bin/env bash
#
# The demo: builds the provider, starts the reference backend on a free port of
# this machine, and takes the configuration beside this script through a working
# day. The account layer creates the projects, two environments are applied and
# listed, one is changed. Then come a plan that warns and plans that are refused,
# and everything is destroyed. Nothing is left running, and no account is touched.
#
#   make demo
#   make demo KEEP=1   keeps the environments, and the backend until Ctrl-C
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

# refused TEXT ARGUMENT... runs a Terraform command that has to fail with an error that has the text, and shows the error.
refused() {
  local want=$1
  shift
  if tf "$@" >"$work/output" 2>&1; then
    cat "$work/output"
    fail "the plan was not refused: $want"
  fi
  grep -q "$want" "$work/output" || {
    cat "$work/output"
    fail "the plan was refused for another reason than: $want"
  }
  sed -n -e 1p -e '/Error: /,$p' "$work/output"
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
  page=$(sed -n 's/^What is in it: //p' "$work/backend.log")
  printf '\nIn a browser, its page shows what is in it and which requests it receives: %s\n' "$page"
  # shellcheck source=/dev/null
  source "$work/environment"
}

prepare_configuration() {
  mkdir "$work/shop"
  cp -R "$here"/*.tf "$here"/*.tfvars "$here/account" "$here/fleet" "$work/shop/"
  cd "$work/shop"
  printf '\n'
  brief init
  brief -chdir=account init
  brief -chdir=fleet init
}

apply_account() {
  title 'The account: a project for each environment, and the role of a run in it'
  brief -chdir=account apply -auto-approve
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
  title 'A change for review: the web server of production gets the next larger plan'
  brief workspace select production
  sed -i.bak 's/web = { vcpu = 2, memory_gib = 4 }/web = { vcpu = 4, memory_gib = 8 }/' production.tfvars
  diff -u production.tfvars.bak production.tfvars | tail -n +3 || true
  printf '\n'
  tf plan -var-file production.tfvars -out production.tfplan
  title 'What the pull request shows of it'
  "$terraform" show -json production.tfplan >production.tfplan.json
  "$provider" review production.tfplan.json
  title 'Applied'
  brief apply production.tfplan
}

warn() {
  title 'A warning: another SSH key for staging looks routine, and is not'
  brief workspace select staging
  sed 's/AAAA[^ ]*/AAAAC3NzaC1lZDI1NTE5AAAAINMPywB6wxoHGe2HFXAKQfZMgC\/tvsQ6ZeFVOv4OYp3B/' terraform.tfvars >another-key.tfvars
  tf plan -var-file staging.tfvars -var-file another-key.tfvars >"$work/output" 2>&1 || {
    cat "$work/output"
    fail 'the plan failed'
  }
  grep -q 'Warning: ' "$work/output" || fail 'the plan does not warn'
  sed -n -e 1p -e '/will perform the following actions/,$p' "$work/output"
}

refuse() {
  title 'Refused: a plan for staging that reaches into production'
  cat >reach.tf <<'EOF'
data "raff_project" "production" {
  provider = raff.account
  name     = "shop-production"
}

resource "raff_volume" "reach" {
  project_id = data.raff_project.production.id
  name       = "reach"
  size       = 10
}
EOF
  cat reach.tf
  printf '\n'
  refused 'Project is not allowed' plan -var-file staging.tfvars
  rm reach.tf

  title 'Refused: the values of staging in the workspace of production'
  brief workspace select production
  refused 'the workspace is production' plan -var-file staging.tfvars

  title 'Refused: a plan that destroys the database of production'
  refused 'Deletion is protected' plan -destroy -var-file production.tfvars -target 'raff_volume.data["db"]'
}

# complete ARGUMENT... runs a Terraform command, and shows only how it ended.
complete() {
  brief "$@" >"$work/brief" || {
    cat "$work/brief"
    fail 'not everything was destroyed'
  }
  grep -E '(\$ |complete!)' "$work/brief"
}

# destroy_all takes the protection off first, as somebody does who means it.
destroy_all() {
  title 'Everything is destroyed again, the protection of production first'
  sed -i.bak 's/^protected .*/protected   = false/' production.tfvars
  complete apply -auto-approve -var-file production.tfvars
  complete destroy -auto-approve -var-file production.tfvars
  brief workspace select staging
  complete destroy -auto-approve -var-file staging.tfvars
  sed -i.bak 's/, protected = true//' account/main.tf
  complete -chdir=account apply -auto-approve
  complete -chdir=account destroy -auto-approve
  fleet 'fleet={}' 'networks={}' 'volumes={}' >"$work/nothing"
}

# keep_up keeps everything until it is interrupted, and says what can be done with it.
keep_up() {
  {
    printf 'export TF_CLI_CONFIG_FILE=%q\n' "$TF_CLI_CONFIG_FILE"
    printf 'cd %q\n' "$work/shop"
  } >>"$work/environment"
  title 'Kept until you press Ctrl-C'
  cat <<EOF
Both environments are there, and the backend is running. Its page shows what is in it and which requests it receives:

  $page

To keep working with them in another shell:

  source $work/environment
  $(basename "$terraform") workspace select staging
  $(basename "$terraform") plan -var-file staging.tfvars

What the backend offers, and its other keys: $work/backend.log
EOF
  trap 'exit 0' INT
  wait "$backend_pid"
}

build_provider
start_backend
prepare_configuration
apply_account
apply_staging
apply_production
show_lists
change_production
warn
refuse
if [[ -n $keep ]]; then
  keep_up
  exit
fi
destroy_all
title "Done in $SECONDS seconds; nothing is left running"
