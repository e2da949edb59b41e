data "raff_project" "preview" {
  name = "preview"
}

data "raff_project_member" "ann" {
  project_id = data.raff_project.preview.id
  email      = "ann@example.com"
}

output "role" {
  value = data.raff_project_member.ann.role_name
}
