resource "raff_vpc" "private" {
  project_id = raff_project.environment.id
  name       = "shop-${terraform.workspace}"
  cidr       = var.network
}
