variable "servers" {
  description = "The servers of the environment by role, each with the least vCPUs and GB of RAM that it needs"
  type = map(object({
    cpu = number
    ram = number
  }))
}

variable "ssh_keys" {
  description = "Public SSH keys that may log in"
  type        = set(string)
}
