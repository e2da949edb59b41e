data "raff_project" "production" {
  name = "production"
}

# The security groups of one environment.
data "raff_security_groups" "production" {
  project_id = data.raff_project.production.id
}

# Without a project: those of every project that the API key can reach.
data "raff_security_groups" "all" {}

output "open_to_everybody" {
  value = [
    for group in data.raff_security_groups.all.security_groups : group.name
    if anytrue([for rule in group.inbound : rule.protocol == "ALL" && rule.ip == null])
  ]
}
