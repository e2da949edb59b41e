data "raff_api_key" "pipeline" {
  name = "preview pipeline"
}

output "projects" {
  value = data.raff_api_key.pipeline.project_accesses[*].project_name
}
