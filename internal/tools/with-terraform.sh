#!/usr/bin/env bash
#
# Runs a command with the environment that the acceptance tests, the examples
# and the demo expect, whatever is set outside:
#
#   internal/tools/with-terraform.sh go test ./internal/services/vm
#
# TF_ACC_TERRAFORM_PATH names the CLI (see terraform-cli.sh). Settings of the
# caller that would lead the CLI or the provider elsewhere are taken away:
# nothing that is run this way may reach a real account.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

TF_ACC_TERRAFORM_PATH=$("$here/terraform-cli.sh")
export TF_ACC_TERRAFORM_PATH

# A Terraform of version 1.14 or later, for what needs one; tests say that they are skipped without it.
TEST_NEWEST_TERRAFORM_PATH=${TEST_NEWEST_TERRAFORM_PATH:-$("$here/terraform-cli.sh" newest || true)}
export TEST_NEWEST_TERRAFORM_PATH

unset RAFF_API_KEY RAFF_API_URL RAFF_PROFILE RAFF_ALLOW_INSECURE_HTTP RAFF_ONLY_API_URL RAFF_ALLOWED_ACCOUNT_IDS
unset "${!TF_CLI_ARGS@}" "${!TF_VAR_@}" TF_DATA_DIR TF_WORKSPACE
export CHECKPOINT_DISABLE=1         # no version check over the network
export TF_CLI_CONFIG_FILE=/dev/null # a file that exists and is empty: no warning, no mirror, no override

# plugin-testing registers the provider under this registry; OpenTofu looks for its own.
case $("$TF_ACC_TERRAFORM_PATH" version) in
  OpenTofu*) export TF_ACC_PROVIDER_HOST=registry.opentofu.org ;;
  *) unset TF_ACC_PROVIDER_HOST ;;
esac

exec "$@"
