data "raff_security_group" "by_id" {
  id = "e9b3d6c0-7a15-4e82-b4f9-63c8a0d1725b"
}

data "raff_project" "production" {
  name = "production"
}

data "raff_security_group" "by_name" {
  project_id = data.raff_project.production.id
  name       = "web"
}
