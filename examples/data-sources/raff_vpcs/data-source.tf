data "raff_project" "production" {
  name = "production"
}

# The VPCs of one environment.
data "raff_vpcs" "production" {
  project_id = data.raff_project.production.id
}

# Without a project: those of every project that the API key can reach.
data "raff_vpcs" "all" {}

output "ranges" {
  value = { for vpc in data.raff_vpcs.all.vpcs : vpc.name => vpc.cidr }
}
