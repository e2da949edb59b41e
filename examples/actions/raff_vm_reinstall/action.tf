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

variable "administrator_password" {
  description = "Password of Administrator. No plan file contains it."
  type        = string
  sensitive   = true
  ephemeral   = true
}

# The template that the VM has is installed again, with another password.
action "raff_vm_reinstall" "windows" {
  config {
    project_id  = var.project_id
    vm_id       = var.vm_id
    password_wo = var.administrator_password
  }
}
