data "raff_project" "production" {
  name = "production"
}

# Reserved addresses that are paid for and not used.
data "raff_ips" "idle" {
  project_id = data.raff_project.production.id
  reserved   = true
  status     = "free"
}

# Without a project: those of every project that the API key can reach.
data "raff_ips" "all" {}

output "idle" {
  value = data.raff_ips.idle.ips[*].ip_address
}
