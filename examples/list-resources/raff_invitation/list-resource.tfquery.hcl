# All invitations that nobody has accepted yet, to the account and to its projects.
list "raff_invitation" "all" {
  provider = raff
  limit    = 1000
}

# Those to one project.
list "raff_invitation" "production" {
  provider = raff

  config {
    project_id = "3f1c2a44-7d5e-4b0a-9c61-2f8e5d9b7a10"
  }
}
