variable "name" {
  description = "Short name of the customer"
  type        = string
}

variable "description" {
  description = "Description of the project"
  type        = string
}

variable "people" {
  description = "E-mail addresses of those who are invited to the project, with the id of the role of each"
  type        = map(string)
}

variable "key_role_id" {
  description = "Id of the role of the API key in the project"
  type        = string
}

variable "key_generation" {
  description = "Number of the current API key; another one rotates it, and the old secret stops working at once"
  type        = number
}

variable "protected" {
  description = "Whether plans that would delete the project are refused"
  type        = bool
}
