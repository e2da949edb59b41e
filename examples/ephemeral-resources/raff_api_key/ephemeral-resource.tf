data "raff_project" "preview" {
  name = "preview"
}

data "raff_role" "operator" {
  slug = "operator"
}

# A key for this run only. It is revoked at the end, and neither the plan nor the state has anything of it.
ephemeral "raff_api_key" "run" {
  name     = "preview run"
  lifetime = "30m"

  projects = [{
    project_id = data.raff_project.preview.id
    role_id    = data.raff_role.operator.id
  }]
}

# Whatever this provider does, it can do in that project only.
provider "raff" {
  alias   = "preview"
  api_key = ephemeral.raff_api_key.run.secret
}
