network = "10.2.0.0/24"

servers = {
  web = { cpu = 2, ram = 4 }
  db  = { cpu = 4, ram = 8, data = 100 }
}
