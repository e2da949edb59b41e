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

variable "release" {
  description = "Release that is about to be installed."
  type        = string
}

# Backs the VM up before each release. Where that fails, the release does not begin.
resource "terraform_data" "release" {
  input = var.release

  lifecycle {
    action_trigger {
      events  = [before_update]
      actions = [action.raff_backup_create.before_release]
    }
  }
}

action "raff_backup_create" "before_release" {
  config {
    project_id = var.project_id
    vm_id      = var.vm_id
    name       = "before ${var.release}"
  }
}
