# The members of every project that the API key can reach.
list "raff_project_member" "all" {
  provider = raff
  limit    = 1000
}

# Who is suspended in one project.
list "raff_project_member" "suspended" {
  provider = raff

  config {
    project_id = "3f1c2a44-7d5e-4b0a-9c61-2f8e5d9b7a10"
    status     = "suspended"
  }
}
