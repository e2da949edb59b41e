# The account, in a state of its own that only the platform team applies: the project of each environment, and the role
# that a run of an environment has in it. The environments beside this directory find both by their names.

terraform {
  required_version = ">= 1.11"

  required_providers {
    raff = {
      source = "rafftechnologies/raff"
    }
  }
}

# The key of the platform team, from RAFF_API_KEY: an Owner's, or that of a role that may create projects and roles.
provider "raff" {}

variable "environments" {
  description = "The environments by name: what each is for, and whether its project is protected from deletion"
  type = map(object({
    description = string
    protected   = optional(bool, false)
  }))
  default = {
    staging    = { description = "Where changes of the shop are tested" }
    production = { description = "The shop that customers see", protected = true }
  }
}

resource "raff_project" "environment" {
  for_each = var.environments

  name                = "shop-${each.key}"
  description         = each.value.description
  deletion_protection = each.value.protected
}

data "raff_permissions" "project" {
  scope = "project"
}

# May do everything in a project but change the project itself and who has access to it. The built-in Operator would not
# be enough: it cannot delete anything.
resource "raff_role" "deployer" {
  name        = "Deployer"
  slug        = "deployer"
  description = "Applies the configuration of an environment"
  scope       = "project"
  permissions = [for p in data.raff_permissions.project.permissions : p.name if !startswith(p.name, "project.") || endswith(p.name, ".view")]
}

output "projects" {
  description = "The ids of the projects by environment"
  value       = { for name, project in raff_project.environment : name => project.id }
}
