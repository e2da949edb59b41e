output "ids" {
  description = "Ids of the servers"
  value       = raff_vm.server[*].id
}

output "addresses" {
  description = "Addresses of the servers in the private network"
  value       = raff_vm.server[*].private_ipv4_address
}
