check "tags" {
  assert {
    condition     = length(local.untagged) == 0
    error_message = "Nobody can tell whose these VMs are, since they have no tag: ${join(", ", local.untagged)}"
  }
}

check "backups" {
  assert {
    condition     = length(local.not_backed_up) == 0
    error_message = "No schedule backs these VMs up: ${join(", ", local.not_backed_up)}"
  }
}

check "unused" {
  assert {
    condition     = length(local.unused) == 0
    error_message = "These volumes and addresses are paid for and not used: ${join(", ", local.unused)}"
  }
}

check "ssh" {
  assert {
    condition     = length(local.open_ssh) == 0
    error_message = "These security groups open SSH to everybody: ${join(", ", local.open_ssh)}"
  }
}

check "budget" {
  assert {
    condition     = data.raff_cost.all.monthly_price <= var.monthly_budget && data.raff_cost.all.unknown == 0
    error_message = "Everything costs ${data.raff_cost.all.monthly_price} USD a month, and ${data.raff_cost.all.unknown} objects whose price is not known. The budget is ${var.monthly_budget}."
  }
}
