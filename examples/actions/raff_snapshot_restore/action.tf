terraform {
  required_version = ">= 1.14"
}

variable "project_id" {
  description = "Id of the project."
  type        = string
}

variable "vm_id" {
  description = "Id of the VM."
  type        = string
}

variable "snapshot_id" {
  description = "Id of a snapshot of the VM."
  type        = string
}

variable "attempt" {
  description = "Anything that changes where the VM is to go back."
  type        = string
}

# A VM must be stopped to go back to a snapshot. The actions run in this order.
resource "terraform_data" "attempt" {
  input = var.attempt

  lifecycle {
    action_trigger {
      events = [after_update]
      actions = [
        action.raff_vm_power.stop,
        action.raff_snapshot_restore.last_good,
        action.raff_vm_power.start,
      ]
    }
  }
}

action "raff_snapshot_restore" "last_good" {
  config {
    project_id  = var.project_id
    snapshot_id = var.snapshot_id
  }
}

action "raff_vm_power" "stop" {
  config {
    project_id = var.project_id
    vm_id      = var.vm_id
    operation  = "stop"
  }
}

action "raff_vm_power" "start" {
  config {
    project_id = var.project_id
    vm_id      = var.vm_id
    operation  = "start"
  }
}
