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

variable "disk_size" {
  description = "Size of the disk in GiB."
  type        = string
}

# After the disk has grown, the next backup copies the whole disk again.
resource "terraform_data" "disk" {
  input = var.disk_size

  lifecycle {
    action_trigger {
      events  = [after_update]
      actions = [action.raff_backup_series_reset.grown]
    }
  }
}

action "raff_backup_series_reset" "grown" {
  config {
    project_id = var.project_id
    vm_id      = var.vm_id
  }
}
