data "raff_snapshot" "by_id" {
  id = "815"
}

data "raff_project" "production" {
  name = "production"
}

data "raff_snapshot" "by_name" {
  project_id = data.raff_project.production.id
  name       = "before the upgrade"
}
