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

# Run it by hand. The owner of the account gets the new password by email.
action "raff_vm_reset_password" "web" {
  config {
    project_id = var.project_id
    vm_id      = var.vm_id
  }
}
