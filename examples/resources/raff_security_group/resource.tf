data "raff_project" "production" {
  name = "production"
}

resource "raff_security_group" "web" {
  project_id  = data.raff_project.production.id
  name        = "web"
  description = "Web servers"

  inbound = [
    { protocol = "TCP", ports = "80,443" },
    { protocol = "TCP", ports = "22", ip = "203.0.113.0", size = 24 },
    { protocol = "ICMP", icmp_type = 8 },
  ]

  outbound = [
    { protocol = "ALL" },
  ]
}

# The rules of a template, in the direction that is left out.
resource "raff_security_group" "bastion" {
  project_id  = data.raff_project.production.id
  name        = "bastion"
  template_id = "ssh-only"

  outbound = [
    { protocol = "TCP", ports = "22", ip = "10.0.0.0", size = 8 },
  ]
}
