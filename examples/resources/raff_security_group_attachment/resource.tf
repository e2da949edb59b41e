data "raff_project" "production" {
  name = "production"
}

data "raff_vm" "web" {
  project_id = data.raff_project.production.id
  name       = "web-1"
}

resource "raff_security_group" "web" {
  project_id = data.raff_project.production.id
  name       = "web"

  inbound = [
    { protocol = "TCP", ports = "80,443" },
  ]
}

# On the interface with the VM's public IPv4 address.
resource "raff_security_group_attachment" "web" {
  project_id        = data.raff_project.production.id
  vm_id             = data.raff_vm.web.id
  security_group_id = raff_security_group.web.id
}
