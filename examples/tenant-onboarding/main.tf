terraform {
  required_version = ">= 1.11"

  required_providers {
    raff = {
      source = "rafftechnologies/raff"
    }
  }
}

# The key of the platform team, from RAFF_API_KEY. It may create projects and API keys.
provider "raff" {}

# Everything but deciding who else has access. The built-in Operator cannot delete anything, and Project Admin may invite
# whom it likes.
resource "raff_role" "customer" {
  name        = "Customer"
  slug        = "customer"
  description = "Runs what is in a customer's project"
  scope       = "project"
  permissions = [for p in data.raff_permissions.project.permissions : p.name if !startswith(p.name, "project.") || endswith(p.name, ".view")]
}

data "raff_permissions" "project" {
  scope = "project"
}

data "raff_role" "viewer" {
  slug = "viewer"
}

module "tenant" {
  source   = "./tenant"
  for_each = var.customers

  name           = each.key
  description    = each.value.description
  protected      = each.value.protected
  key_generation = each.value.key_generation
  key_role_id    = raff_role.customer.id

  people = merge(
    { for email in each.value.operators : email => raff_role.customer.id },
    { for email in each.value.viewers : email => data.raff_role.viewer.id },
  )
}
