# One rule among others, which are written out.
resource "raff_security_group" "web" {
  project_id = var.project_id
  name       = "web"

  inbound = [
    provider::raff::rule("tcp/80,443"),
    provider::raff::rule("icmp/echo-request"),
    {
      protocol = "TCP"
      ports    = "22"
      ip       = var.office
    },
  ]
}

variable "project_id" {
  type        = string
  description = "Id of the project that the security group is in."
}

variable "office" {
  type        = string
  description = "Address that may log in."
}
