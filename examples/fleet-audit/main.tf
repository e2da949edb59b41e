terraform {
  required_version = ">= 1.11"

  required_providers {
    raff = {
      source = "rafftechnologies/raff"
    }
  }
}

provider "raff" {}

variable "monthly_budget" {
  description = "USD a month that everything may cost together"
  type        = number
  default     = 100
}

# Without a project_id, a list has what is in every project that the key can reach.
data "raff_projects" "all" {}

data "raff_vms" "all" {}

data "raff_backup_schedules" "all" {}

data "raff_volumes" "all" {}

data "raff_ips" "idle" {
  reserved = true
  status   = "free"
}

data "raff_security_groups" "all" {}

data "raff_cost" "all" {}

locals {
  project = { for project in data.raff_projects.all.projects : project.id => project.name }

  untagged = [for vm in data.raff_vms.all.vms : "${local.project[vm.project_id]}/${vm.name}" if length(vm.tags) == 0]

  not_backed_up = [
    for vm in data.raff_vms.all.vms : "${local.project[vm.project_id]}/${vm.name}"
    if !contains(data.raff_backup_schedules.all.schedules[*].vm_id, vm.id)
  ]

  unused = concat(
    [for volume in data.raff_volumes.all.volumes : "${local.project[volume.project_id]}/${volume.name}" if volume.vm_id == null],
    [for ip in data.raff_ips.idle.ips : "${local.project[ip.project_id]}/${ip.ip_address}"],
  )

  # The rules that let everybody in by TCP, by group. The API writes a range of ports as 20:25, and all ports as null.
  open_ports = {
    for group in data.raff_security_groups.all.security_groups : "${local.project[group.project_id]}/${group.name}" => flatten([
      for rule in group.inbound : split(",", coalesce(rule.ports, "1:65535"))
      if contains(["TCP", "ALL"], rule.protocol) && (rule.ip == null || rule.size == 0)
    ])
  }

  open_ssh = [
    for group, ports in local.open_ports : group
    if anytrue([for range in ports : tonumber(split(":", range)[0]) <= 22 && 22 <= tonumber(reverse(split(":", range))[0])])
  ]
}

output "vms" {
  description = "The VMs of each project"
  value       = { for vm in data.raff_vms.all.vms : local.project[vm.project_id] => vm.name... }
}

output "monthly_price" {
  description = "What everything costs, in USD a month"
  value       = data.raff_cost.all.monthly_price
}
