# All security groups in every project that the API key can reach.
list "raff_security_group" "all" {
  provider = raff
  limit    = 1000
}

# The security groups of one project, with their rules.
list "raff_security_group" "production" {
  provider         = raff
  include_resource = true

  config {
    project_id = "3f1c2a44-7d5e-4b0a-9c61-2f8e5d9b7a10"
  }
}
