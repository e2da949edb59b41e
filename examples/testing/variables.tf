variable "project_id" {
  description = "Project of the pool"
  type        = string
}

variable "name" {
  description = "Name of the pool, and the beginning of the names of everything in it"
  type        = string
}

variable "servers" {
  description = "Number of servers"
  type        = number

  validation {
    condition     = var.servers >= 1 && var.servers <= 20
    error_message = "A pool has 1 to 20 servers."
  }
}

variable "vcpu" {
  description = "vCPUs of a server"
  type        = number
  default     = 1
}

variable "memory_gib" {
  description = "GiB of RAM of a server"
  type        = number
  default     = 1
}

variable "data_size" {
  description = "GB of the volume of each server; 0 for none"
  type        = number
  default     = 0
}

variable "cidr" {
  description = "Private network of the pool"
  type        = string
}

variable "ssh_keys" {
  description = "Public SSH keys that may log in"
  type        = set(string)
}

variable "monthly_budget" {
  description = "USD a month that the servers may cost"
  type        = number
  default     = 100
}
