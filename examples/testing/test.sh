#!/usr/bin/env bash
#
# Tests the module beside this script against a Raff cloud on this machine:
#
#   test.sh PROVIDER_BINARY
#
# It starts the backend that is in the provider, runs "terraform test" against
# it, and once more while the backend makes trouble. Nothing is left running,
# and no account is touched. In this repository: make example-test
set -euo pipefail

provider=$(realpath "${1:?usage: test.sh PROVIDER_BINARY}")
terraform=${TF_ACC_TERRAFORM_PATH:-terraform}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
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

# start_backend starts the cloud on free ports, and sets what leads the provider there.
start_backend() {
  "$provider" backend --listen 127.0.0.1:0 --admin-listen 127.0.0.1:0 --timing fast \
    --seed-file "$here/account.yaml" </dev/null >"$work/backend.log" 2>&1 &
  backend_pid=$!
  local deadline=$((SECONDS + 20))
  until grep -q '^Ctrl-C' "$work/backend.log"; do
    kill -0 "$backend_pid" 2>/dev/null && ((SECONDS < deadline)) || {
      cat "$work/backend.log" >&2
      echo 'test.sh: the backend did not start' >&2
      exit 1
    }
    sleep 0.1
  done
  RAFF_API_URL=$(sed -n 's/^ *export RAFF_API_URL=//p' "$work/backend.log")
  RAFF_API_KEY=$(sed -n 's/^ *export RAFF_API_KEY=//p' "$work/backend.log")
  export RAFF_API_URL RAFF_API_KEY
  admin=$(sed -n 's/^Admin endpoints: //p' "$work/backend.log")
}

# names prints what the account has of what the tests make.
names() {
  local noun
  for noun in vms vpcs volumes; do
    curl -fsS -H "X-API-Key: $RAFF_API_KEY" "$RAFF_API_URL/api/v1/$noun" | grep -Eo '"name":"[^"]*"' || true
  done
}

# nothing_left fails where the tests have left something behind.
nothing_left() {
  local left
  left=$(names)
  [[ $left == "$before" ]] || {
    printf 'test.sh: the account has\n%s\nand had before the tests\n%s\n' "$left" "$before" >&2
    exit 1
  }
}

# The provider that was handed in is used as it is. One from the registry needs none of this.
cat >"$work/cli.tfrc" <<EOF
provider_installation {
  dev_overrides {
    "rafftechnologies/raff" = "$(dirname "$provider")"
  }
  direct {}
}
EOF
export TF_CLI_CONFIG_FILE=$work/cli.tfrc

cp -R "$here"/*.tf "$here/tests" "$here/mocks" "$work"
cd "$work"
"$terraform" get -test-directory=tests >/dev/null
start_backend
before=$(names)

"$terraform" test
nothing_left

echo
echo 'Once more, while the backend makes trouble: the second VM is refused for now, a connection breaks, a list comes late.'
for fault in \
  '{"operation": "createVM", "nth": 2, "count": 1, "status": 429, "retry_after": 1}' \
  '{"operation": "listVPCs", "count": 1, "reset": true}' \
  '{"operation": "getVPC", "count": 1, "reset": true}' \
  '{"operation": "listVMs", "count": 2, "latency": "500ms"}'; do
  curl -fsS -o /dev/null -H 'Content-Type: application/json' -d "$fault" "${admin}faults"
done
"$terraform" test -filter=tests/pool.tftest.hcl
nothing_left
printf 'faults that struck: %s of 4\n' "$(curl -fsS "${admin}faults" | grep -Eo '"struck":[1-9]' | wc -l)"
