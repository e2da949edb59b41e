network = "10.1.0.0/24"

servers = {
  web = { cpu = 1, ram = 2 }
}
