data "raff_ssh_keys" "all" {}

# The ssh_keys of a VM that everybody can log in to.
output "public_keys" {
  value = data.raff_ssh_keys.all.ssh_keys[*].public_key
}
