resource "raff_project" "staging" {
  name = "shop-staging"
}

resource "raff_volume" "data" {
  project_id      = raff_project.staging.id
  name            = "db-data"
  size            = 100 # GiB; it can grow, but never shrink
  filesystem_type = "xfs"

  # A plan that would destroy or replace the volume is refused.
  deletion_protection = true
}
