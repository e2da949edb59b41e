# All rules of both directions. A rule for two networks is two rules.
resource "raff_security_group" "database" {
  project_id = var.project_id
  name       = "database"

  inbound = provider::raff::rules([
    "tcp/5432 from 10.0.0.0/8, 192.168.0.0/16",
    "tcp/9100-9110 from ${var.monitoring}",
    "icmp",
    "icmpv6",
  ])
  outbound = provider::raff::rules([
    "udp/53",
    "tcp/443 to 0.0.0.0/0, ::/0",
  ])
}

variable "project_id" {
  type        = string
  description = "Id of the project that the security group is in."
}

variable "monitoring" {
  type        = string
  description = "Address or network of the monitoring, as 192.0.2.0/28."
}
