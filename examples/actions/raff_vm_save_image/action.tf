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
  description = "Release that is installed on the VM."
  type        = string
}

# Saves an image after each release.
resource "terraform_data" "release" {
  input = var.release

  lifecycle {
    action_trigger {
      events  = [after_create, after_update]
      actions = [action.raff_vm_save_image.golden]
    }
  }
}

action "raff_vm_save_image" "golden" {
  config {
    project_id  = var.project_id
    vm_id       = var.vm_id
    name        = "golden ${var.release}"
    description = "Release ${var.release}, as it was installed."
  }
}
