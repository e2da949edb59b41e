# Exactly one template, by name and version.
data "raff_template" "ubuntu" {
  name    = "Ubuntu"
  version = "24.04"
}

# The most recent of those that match.
data "raff_template" "debian" {
  name        = "Debian"
  most_recent = true
}
