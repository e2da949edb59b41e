data "raff_project" "production" {
  name = "production"
}

data "raff_vm" "db" {
  project_id = data.raff_project.production.id
  name       = "db-1"
}

# The backups of one VM.
data "raff_backups" "db" {
  vm_id = data.raff_vm.db.id
}

# Without a project: those of every project that the API key can reach.
data "raff_backups" "fleet" {}

output "gigabytes_of_backups" {
  value = sum(concat([0], data.raff_backups.fleet.backups[*].storage_size)) / 1024
}
