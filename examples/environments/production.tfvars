environment = "production"
protected   = true
network     = "10.2.0.0/24"

servers = {
  web = { vcpu = 2, memory_gib = 4 }
  db  = { vcpu = 4, memory_gib = 8, data = 100 }
}
