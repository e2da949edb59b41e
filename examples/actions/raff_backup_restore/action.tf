terraform {
  required_version = ">= 1.14"
}

variable "project_id" {
  description = "Id of the project."
  type        = string
}

variable "backup_id" {
  description = "Id of the backup."
  type        = string
}

# Run it by hand. Whatever was written since the backup is lost.
action "raff_backup_restore" "last_night" {
  config {
    project_id = var.project_id
    backup_id  = var.backup_id
  }
}
