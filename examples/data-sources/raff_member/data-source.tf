data "raff_member" "ann" {
  email = "ann@example.com"
}

output "role" {
  value = data.raff_member.ann.role_name
}
