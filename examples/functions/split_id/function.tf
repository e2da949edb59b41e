# The VM of an attachment whose id is all that another configuration passes on.
data "raff_vm" "attached" {
  id = provider::raff::split_id("raff_vpc_attachment", var.attachment_id).vm_id
}

variable "attachment_id" {
  type        = string
  description = "Id of a raff_vpc_attachment."
}
