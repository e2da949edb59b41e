data "raff_project" "production" {
  name = "production"
}

resource "raff_ip" "web" {
  project_id = data.raff_project.production.id

  # Others know this address: no plan may release it.
  deletion_protection = true
}

resource "raff_ip" "web_v6" {
  project_id = data.raff_project.production.id
  type       = "IPv6"
}
