# May look at everything in a project, and switch VMs on and off.
resource "raff_role" "on_call" {
  name        = "On call"
  slug        = "on-call"
  description = "Looks at everything, restarts what hangs"
  scope       = "project"
  permissions = concat([for p in data.raff_permissions.project.permissions : p.name if endswith(p.name, ".view")], ["vm.power"])
}

data "raff_permissions" "project" {
  scope = "project"
}
