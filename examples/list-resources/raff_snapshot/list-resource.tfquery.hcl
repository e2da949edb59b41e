# All snapshots in every project that the API key can reach.
list "raff_snapshot" "all" {
  provider = raff
  limit    = 1000
}

# The snapshots of volumes, in one project.
list "raff_snapshot" "volumes" {
  provider = raff

  config {
    project_id = "3f1c2a44-7d5e-4b0a-9c61-2f8e5d9b7a10"
    type       = "volume"
  }
}
