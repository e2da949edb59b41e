# All notes on VMs in every project that the API key can reach.
list "raff_vm_note" "all" {
  provider = raff
  limit    = 1000
}

# The notes on the VMs of one project.
list "raff_vm_note" "production" {
  provider = raff

  config {
    project_id = "3f1c2a44-7d5e-4b0a-9c61-2f8e5d9b7a10"
  }
}
