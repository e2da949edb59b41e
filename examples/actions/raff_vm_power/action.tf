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

variable "kernel" {
  description = "Version of the kernel that the VM is to run."
  type        = string
}

# Reboots the VM after each update of its kernel.
resource "terraform_data" "kernel" {
  input = var.kernel

  lifecycle {
    action_trigger {
      events  = [after_update]
      actions = [action.raff_vm_power.reboot]
    }
  }
}

action "raff_vm_power" "reboot" {
  config {
    project_id = var.project_id
    vm_id      = var.vm_id
    operation  = "reboot"
  }
}
