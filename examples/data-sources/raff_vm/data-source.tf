data "raff_vm" "by_id" {
  id = "8b2f6c1e-0d4a-4f57-b3a9-6e1d7c5f2b88"
}

data "raff_project" "production" {
  name = "production"
}

data "raff_vm" "by_name" {
  project_id = data.raff_project.production.id
  name       = "web-1"
}
