data "raff_project" "production" {
  name = "production"
}

data "raff_vm" "web" {
  project_id = data.raff_project.production.id
  name       = "web-1"
}

resource "raff_vpc" "backend" {
  project_id = data.raff_project.production.id
  name       = "backend"
  cidr       = "10.20.0.0/24"
}

resource "raff_vpc_attachment" "web" {
  project_id = data.raff_project.production.id
  vm_id      = data.raff_vm.web.id
  vpc_id     = raff_vpc.backend.id

  # Any free address when left out.
  ip = "10.20.0.42"
}
