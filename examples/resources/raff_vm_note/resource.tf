data "raff_project" "production" {
  name = "production"
}

data "raff_vm" "web" {
  project_id = data.raff_project.production.id
  name       = "web-1"
}

resource "raff_vm_note" "owner" {
  project_id = data.raff_project.production.id
  vm_id      = data.raff_vm.web.id
  content    = <<-EOT
    Owned by the payments team.
    Do not restart before noon.
  EOT
}
