# All roles, also those that Raff provides.
list "raff_role" "all" {
  provider = raff
  limit    = 1000
}

# The roles that can be given in a project.
list "raff_role" "project" {
  provider = raff

  config {
    scope = "project"
  }
}
