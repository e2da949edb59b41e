data "raff_ip" "by_id" {
  id = "c47a1b9e-2f60-4d3c-9b8a-10e5d7f6a283"
}

data "raff_ip" "by_address" {
  ip_address = "203.0.113.42"
}
