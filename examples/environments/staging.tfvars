servers = {
  web = { cpu = 1, ram = 2 }
}
