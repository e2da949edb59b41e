output "address" {
  description = "The address of the server in the private network"
  value       = raff_vm.db.private_ipv4_address
}

output "backups" {
  description = "When backups are taken"
  value       = [raff_backup_schedule.nightly.runtime, raff_backup_schedule.weekly.runtime]
}
