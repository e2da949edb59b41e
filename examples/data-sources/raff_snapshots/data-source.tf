data "raff_project" "production" {
  name = "production"
}

# The snapshots of one environment's VMs.
data "raff_snapshots" "production" {
  project_id = data.raff_project.production.id
  type       = "vm"
}

# The snapshots of one volume.
data "raff_snapshots" "data" {
  volume_id = "4711"
}

output "in_use" {
  value = [for snapshot in data.raff_snapshots.production.snapshots : snapshot.name if snapshot.status == "active"]
}
