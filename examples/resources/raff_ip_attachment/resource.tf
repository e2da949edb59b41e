data "raff_project" "production" {
  name = "production"
}

data "raff_vm" "web" {
  project_id = data.raff_project.production.id
  name       = "web-1"
}

resource "raff_ip" "web" {
  project_id = data.raff_project.production.id
}

# With another vm_id, the address moves in place.
resource "raff_ip_attachment" "web" {
  project_id = data.raff_project.production.id
  ip_id      = raff_ip.web.id
  vm_id      = data.raff_vm.web.id
}

resource "raff_ip" "mail" {
  project_id = data.raff_project.production.id
}

# A second address. The first one that a VM gets is its primary one; this one waits for it.
resource "raff_ip_attachment" "mail" {
  project_id = data.raff_project.production.id
  ip_id      = raff_ip.mail.id
  vm_id      = data.raff_vm.web.id
  primary    = false
}
