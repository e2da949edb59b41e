data "raff_vpc" "by_id" {
  id = "5d0e7f2a-91c3-4b68-8d14-a7e6c2b9f031"
}

data "raff_project" "production" {
  name = "production"
}

data "raff_vpc" "by_name" {
  project_id = data.raff_project.production.id
  name       = "backend"
}

output "addresses_in_use" {
  value = data.raff_vpc.by_name.leases[*].ip
}
