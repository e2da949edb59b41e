locals {
  with_data = { for role, server in var.servers : role => server if server.data > 0 }
}

# Data lives on volumes of their own, which outlive the servers they are attached to.
resource "raff_volume" "data" {
  for_each = local.with_data

  project_id = data.raff_project.environment.id
  name       = "shop-${var.environment}-${each.key}-data"
  size       = each.value.data
}

resource "raff_volume_attachment" "data" {
  for_each = local.with_data

  project_id = data.raff_project.environment.id
  volume_id  = raff_volume.data[each.key].id
  vm_id      = raff_vm.server[each.key].id
}

resource "raff_backup_schedule" "nightly" {
  for_each = local.with_data

  project_id = data.raff_project.environment.id
  vm_id      = raff_vm.server[each.key].id
  type       = "daily"
  time       = "03:30"
  keep_count = 7
}
