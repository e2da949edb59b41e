data "raff_api_keys" "all" {}

# Keys that reach more than one project.
output "wide" {
  value = [for key in data.raff_api_keys.all.api_keys : key.name if length(key.project_accesses) > 1]
}
