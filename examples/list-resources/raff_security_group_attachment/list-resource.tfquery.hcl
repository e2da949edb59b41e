# The security groups of all interfaces of VMs in every project that the API key can reach.
list "raff_security_group_attachment" "all" {
  provider = raff
  limit    = 1000
}

# Those in one project.
list "raff_security_group_attachment" "production" {
  provider = raff

  config {
    project_id = "3f1c2a44-7d5e-4b0a-9c61-2f8e5d9b7a10"
  }
}
