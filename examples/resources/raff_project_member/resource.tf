resource "raff_project" "preview" {
  name = "preview"
}

data "raff_role" "operator" {
  slug = "operator"
}

# An API key that reaches this one project.
resource "raff_api_key" "pipeline" {
  name = "preview pipeline"
}

resource "raff_project_member" "pipeline" {
  project_id = raff_project.preview.id
  api_key_id = raff_api_key.pipeline.id
  role_id    = data.raff_role.operator.id
}

# A member of the account, who now has a role in the project too.
data "raff_member" "ann" {
  email = "ann@example.com"
}

resource "raff_project_member" "ann" {
  project_id     = raff_project.preview.id
  target_user_id = data.raff_member.ann.user_id
  role_id        = data.raff_role.operator.id
}
