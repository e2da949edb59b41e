data "raff_template" "windows" {
  name        = "Windows Server Standard"
  most_recent = true
}

# Windows runs on plans of its own.
data "raff_vm_plan" "windows" {
  vcpu       = 4
  memory_gib = 8
  type       = "windows"
}

variable "administrator_password" {
  description = "Password of Administrator; neither the plan nor the state has it"
  type        = string
  sensitive   = true
  ephemeral   = true
}

resource "raff_vm" "desktop" {
  project_id  = raff_project.staging.id
  name        = "desktop-1"
  template_id = data.raff_template.windows.id
  pricing_id  = data.raff_vm_plan.windows.id

  # Counting the version up says that the password has changed.
  password_wo         = var.administrator_password
  password_wo_version = 1

  # What to do about a change that only a rebuild can make, such as this password.
  rebuild_policy = "reinstall"

  # Not a newer Windows, which would wipe the disk: that is for new VMs.
  lifecycle {
    ignore_changes = [template_id]
  }
}
