resource "raff_vpc" "private" {
  project_id = data.raff_project.environment.id
  name       = "shop-${var.environment}"
  cidr       = var.network
}

# What the internet may reach: the shop, and nothing on the other servers.
resource "raff_security_group" "server" {
  for_each = var.servers

  project_id = data.raff_project.environment.id
  name       = "shop-${var.environment}-${each.key}"
  inbound    = each.key == "web" ? [{ protocol = "TCP", ports = "80,443" }] : []
  outbound   = [{ protocol = "ALL" }]
}

resource "raff_security_group_attachment" "server" {
  for_each = var.servers

  project_id        = data.raff_project.environment.id
  vm_id             = raff_vm.server[each.key].id
  security_group_id = raff_security_group.server[each.key].id
}
