terraform {
  required_version = ">= 1.11"

  required_providers {
    raff = {
      source = "rafftechnologies/raff"
    }
  }
}

# Finds the project and opens the key of the run, and changes nothing else. Its own key comes from RAFF_API_KEY.
provider "raff" {
  alias = "account"
}

# The account layer, in the directory account, has created both.
data "raff_project" "environment" {
  provider = raff.account
  name     = "shop-${var.environment}"
}

data "raff_role" "deployer" {
  provider = raff.account
  slug     = "deployer"
}

# A key for this run alone, which reaches this one project. It is revoked at the end of the run, and neither the plan nor
# the state contains anything of it.
ephemeral "raff_api_key" "run" {
  provider = raff.account
  name     = "shop-${var.environment} run"
  lifetime = "1h"

  projects = [{
    project_id = data.raff_project.environment.id
    role_id    = data.raff_role.deployer.id
  }]
}

# Everything that this configuration manages. A plan that reaches into another project is refused, whatever the key can do.
provider "raff" {
  api_key             = ephemeral.raff_api_key.run.secret
  allowed_project_ids = [data.raff_project.environment.id]
  deletion_protection = var.protected
  default_tags        = [var.environment]
}
