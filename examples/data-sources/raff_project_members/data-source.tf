data "raff_project" "preview" {
  name = "preview"
}

data "raff_project_members" "preview" {
  project_id = data.raff_project.preview.id
}

output "roles" {
  value = { for m in data.raff_project_members.preview.members : m.email => m.role_name }
}
