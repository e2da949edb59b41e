variable "servers" {
  description = "The servers of the environment by role, each with the least vCPUs and GB of RAM that it needs, and the GB of its data"
  type = map(object({
    cpu  = number
    ram  = number
    data = optional(number, 0)
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
