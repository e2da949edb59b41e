terraform {
  required_version = ">= 1.14"
}

variable "project_id" {
  description = "Id of the project."
  type        = string
}

variable "ip_id" {
  description = "Id of a reserved address that is detached and that Terraform does not manage."
  type        = string
}

# Run it by hand, for example where the address is on a block list.
action "raff_ip_change" "listed" {
  config {
    project_id = var.project_id
    ip_id      = var.ip_id
  }
}
