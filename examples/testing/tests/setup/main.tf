# What the tests find in the account that the backend starts with: see account.yaml.

terraform {
  required_providers {
    raff = {
      source = "rafftechnologies/raff"
    }
  }
}

data "raff_project" "staging" {
  name = "staging"
}

output "project_id" {
  value = data.raff_project.staging.id
}
