variable "environment" {
  description = "Name of the environment, which is that of the workspace too"
  type        = string

  # With the file of another environment, nothing is planned: otherwise the plan would turn this one into the other.
  validation {
    condition     = var.environment == terraform.workspace
    error_message = "These are the values of ${var.environment}, and the workspace is ${terraform.workspace}. Choose the workspace first: terraform workspace select -or-create ${var.environment}"
  }
}

variable "protected" {
  description = "Whether plans that would destroy or replace anything of this environment, or destroy its data in place, are refused"
  type        = bool
  default     = false
}

variable "servers" {
  description = "The servers of the environment by role, each with the vCPUs and GiB of RAM of its plan, and the GB of its data"
  type = map(object({
    vcpu       = number
    memory_gib = number
    data       = optional(number, 0)
  }))
}

variable "network" {
  description = "The private network of the environment"
  type        = string
}

variable "ssh_keys" {
  description = "Public SSH keys that may log in"
  type        = set(string)
}
