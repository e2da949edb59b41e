data "raff_volume" "by_id" {
  id = "4711"
}

data "raff_project" "production" {
  name = "production"
}

data "raff_volume" "by_name" {
  project_id = data.raff_project.production.id
  name       = "db-data"
}
