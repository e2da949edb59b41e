# An import of something that has no id of its own in the API.
import {
  to = raff_vpc_attachment.web
  id = provider::raff::build_id("raff_vpc_attachment", {
    vm_id  = var.vm_id
    vpc_id = var.vpc_id
  })
}

resource "raff_vpc_attachment" "web" {
  project_id = var.project_id
  vm_id      = var.vm_id
  vpc_id     = var.vpc_id
}

variable "project_id" {
  type        = string
  description = "Id of the project that both are in."
}

variable "vm_id" {
  type        = string
  description = "Id of the VM."
}

variable "vpc_id" {
  type        = string
  description = "Id of the VPC that the VM is in."
}
