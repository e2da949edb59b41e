data "raff_project" "production" {
  name = "production"
}

# The volumes of one environment.
data "raff_volumes" "production" {
  project_id = data.raff_project.production.id
  region     = "us-east"
}

data "raff_vm" "db" {
  project_id = data.raff_project.production.id
  name       = "db-1"
}

# The volumes of one VM.
data "raff_volumes" "db" {
  vm_id = data.raff_vm.db.id
}

output "unused_volumes" {
  value = [for volume in data.raff_volumes.production.volumes : volume.name if volume.vm_id == null]
}
