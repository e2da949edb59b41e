# All VMs in every project that the API key can reach.
list "raff_vm" "all" {
  provider = raff
  limit    = 1000
}

# The VMs of a project that are stopped, with all of their attributes.
list "raff_vm" "stopped" {
  provider         = raff
  include_resource = true

  config {
    project_id = "3f1c2a44-7d5e-4b0a-9c61-2f8e5d9b7a10"
    status     = "passive"
  }
}
