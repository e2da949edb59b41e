data "raff_ssh_key" "laptop" {
  name = "laptop"
}

output "public_key" {
  value = data.raff_ssh_key.laptop.public_key
}
