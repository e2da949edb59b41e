variable "project" {
  description = "Name of the project that the tier is in"
  type        = string
}

variable "name" {
  description = "Name of the server, and the beginning of the names of what belongs to it"
  type        = string
  default     = "db"
}

variable "size" {
  description = "The vCPUs and GiB of RAM of the server, as there is a plan for: the raff_vm_plans data source lists them"
  type = object({
    vcpu       = number
    memory_gib = number
  })
  default = { vcpu = 4, memory_gib = 8 }
}

variable "data_size" {
  description = "Size of the data volume in GiB; it can grow, but never shrink"
  type        = number
  default     = 100
}

variable "release" {
  description = "Name of the release to take a snapshot of the data for; null for none"
  type        = string
  default     = null
}

variable "network" {
  description = "Range of the private network"
  type        = string
  default     = "10.30.0.0/24"
}

variable "ssh_keys" {
  description = "Public SSH keys that may log in"
  type        = set(string)
}

variable "protected" {
  description = "Whether plans that would destroy data are refused"
  type        = bool
  default     = true
}
