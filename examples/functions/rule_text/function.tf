# What a security group lets in, in lines that people read: ["tcp/22 from 10.0.0.0/8", "tcp/80,443"]
data "raff_security_group" "web" {
  name       = "web"
  project_id = var.project_id
}

output "inbound" {
  value = sort([for rule in data.raff_security_group.web.inbound : provider::raff::rule_text("inbound", rule)])
}

variable "project_id" {
  type        = string
  description = "Id of the project that the security group is in."
}
