output "addresses" {
  description = "The public address of each server, for DNS"
  value       = { for name, ip in raff_ip.web : name => ip.ip_address }
}
