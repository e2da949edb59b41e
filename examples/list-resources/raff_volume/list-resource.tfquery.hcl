# All volumes in every project that the API key can reach.
list "raff_volume" "all" {
  provider = raff
  limit    = 1000
}

# The volumes on one VM.
list "raff_volume" "web" {
  provider = raff

  config {
    project_id = "3f1c2a44-7d5e-4b0a-9c61-2f8e5d9b7a10"
    vm_id      = "8b2f6c1e-0d4a-4f57-b3a9-6e1d7c5f2b88"
  }
}
