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

# Run it by hand, to give a practice machine back as it was.
action "raff_vm_factory_reset" "practice" {
  config {
    project_id = var.project_id
    vm_id      = var.vm_id

    timeouts = {
      invoke = "30m"
    }
  }
}
