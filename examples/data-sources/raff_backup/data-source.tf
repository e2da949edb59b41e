data "raff_backup" "by_id" {
  id = "c0ffee00-5a1d-4c3b-8e2f-7d6b5a493827"
}

data "raff_project" "production" {
  name = "production"
}

data "raff_backup" "by_name" {
  project_id = data.raff_project.production.id
  name       = "as delivered"
}
