# All reserved addresses in every project that the API key can reach.
list "raff_ip" "all" {
  provider = raff
  limit    = 1000
}

# The addresses that no VM uses, and that cost money all the same.
list "raff_ip" "idle" {
  provider = raff

  config {
    status = "free"
  }
}
