servers = {
  web = { cpu = 2, ram = 4 }
  db  = { cpu = 4, ram = 8 }
}
