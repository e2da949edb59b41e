resource "raff_project" "shop" {
  name = "shop-networks"
}

resource "raff_vpc" "backend" {
  project_id  = raff_project.shop.id
  name        = "backend"
  cidr        = "10.20.0.0/24"
  description = "Databases and queues"
}
