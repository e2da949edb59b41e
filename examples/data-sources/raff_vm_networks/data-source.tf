data "raff_vm_networks" "web" {
  vm_id = "8b2f6c1e-0d4a-4f57-b3a9-6e1d7c5f2b88"
  type  = "public"
}

# The interface that a security group goes on.
output "public_nic" {
  value = one(data.raff_vm_networks.web.networks[*].nic_id)
}
