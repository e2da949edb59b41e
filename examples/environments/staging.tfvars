environment = "staging"
network     = "10.1.0.0/24"

servers = {
  web = { vcpu = 1, memory_gib = 2 }
}
