# Every project that the API key can reach.
data "raff_projects" "all" {}

output "projects" {
  value = { for project in data.raff_projects.all.projects : project.name => project.id }
}
