data "raff_project" "preview" {
  name = "preview"
}

data "raff_role" "viewer" {
  slug = "viewer"
}

# Somebody outside of the account, who may look at one project.
resource "raff_invitation" "guest" {
  project_id = data.raff_project.preview.id
  email      = "guest@example.com"
  role_id    = data.raff_role.viewer.id
}
