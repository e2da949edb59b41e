variable "project" {
  description = "Name of the project that the tier is in"
  type        = string
}

variable "name" {
  description = "Name of the tier, and the beginning of the names of its servers"
  type        = string
  default     = "web"
}

variable "servers" {
  description = "Number of servers"
  type        = number
  default     = 2

  validation {
    condition     = var.servers >= 1 && var.servers <= 20
    error_message = "A tier has 1 to 20 servers."
  }
}

variable "size" {
  description = "The vCPUs and GiB of RAM of each server, as there is a plan for: the raff_vm_plans data source lists them"
  type = object({
    vcpu       = number
    memory_gib = number
  })
  default = { vcpu = 2, memory_gib = 4 }
}

variable "network" {
  description = "Range of the private network"
  type        = string
  default     = "10.20.0.0/24"
}

variable "office" {
  description = "Networks that SSH is open to, for example 203.0.113.0/24"
  type        = list(string)
  default     = []
}

variable "ssh_keys" {
  description = "Public SSH keys that may log in"
  type        = set(string)
}

variable "protected" {
  description = "Whether plans that would release an address are refused"
  type        = bool
  default     = true
}
