variable "customers" {
  description = "The customers by short name, which begins with a letter and goes into the names of what is theirs: what the project is for, who runs it, who may look at it, and which API key is the current one"
  type = map(object({
    description    = string
    operators      = optional(set(string), [])
    viewers        = optional(set(string), [])
    key_generation = optional(number, 1)
    protected      = optional(bool, true)
  }))

  validation {
    condition     = alltrue([for name in keys(var.customers) : can(regex("^[a-z][a-z0-9-]{1,30}$", name))])
    error_message = "A short name has 2 to 31 lower case letters, digits and hyphens, and begins with a letter."
  }

  validation {
    condition     = alltrue([for c in values(var.customers) : length(setintersection(c.operators, c.viewers)) == 0])
    error_message = "Somebody is an operator or a viewer of a customer, not both."
  }
}
