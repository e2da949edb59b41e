# The newest version. A VM keeps the template it was created from with ignore_changes = [template_id].
data "raff_template" "ubuntu" {
  name        = "Ubuntu"
  most_recent = true
}

# Exactly one version. "24.04" alone would match 24.04.1 as well, and it fails once the version is withdrawn.
data "raff_template" "noble" {
  name    = "Ubuntu"
  version = "24.04x64"
}
