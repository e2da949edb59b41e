# What each customer gets.

terraform {
  required_version = ">= 1.11"

  required_providers {
    raff = {
      source = "rafftechnologies/raff"
    }
  }
}

resource "raff_project" "this" {
  name                = "customer-${var.name}"
  description         = var.description
  deletion_protection = var.protected
}

# Invited to this one project. Nobody of a customer is a member of the account.
resource "raff_invitation" "person" {
  for_each = var.people

  project_id = raff_project.this.id
  email      = each.key
  role_id    = each.value
}

# Without a role in the account, the key reaches only the projects that it is added to.
resource "raff_api_key" "this" {
  name             = "customer-${var.name}"
  rotation_trigger = tostring(var.key_generation)
}

resource "raff_project_member" "key" {
  project_id = raff_project.this.id
  api_key_id = raff_api_key.this.id
  role_id    = var.key_role_id
}
