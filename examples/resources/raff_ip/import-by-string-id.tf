import {
  to = raff_ip.web
  id = "c47a1b9e-2f60-4d3c-9b8a-10e5d7f6a283"
}
