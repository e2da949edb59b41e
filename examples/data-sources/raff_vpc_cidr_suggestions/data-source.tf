data "raff_vpc_cidr_suggestions" "free" {}

data "raff_project" "production" {
  name = "production"
}

resource "raff_vpc" "next" {
  project_id = data.raff_project.production.id
  name       = "next"
  cidr       = data.raff_vpc_cidr_suggestions.free.suggested

  # The suggestion changes as soon as the range is taken; the VPC is to keep the one it has.
  lifecycle {
    ignore_changes = [cidr]
  }
}
