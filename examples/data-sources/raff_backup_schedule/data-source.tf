data "raff_backup_schedule" "by_id" {
  id = "42"
}

data "raff_project" "production" {
  name = "production"
}

data "raff_backup_schedule" "by_name" {
  project_id = data.raff_project.production.id
  name       = "db-1-daily"
}
