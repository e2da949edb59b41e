# All projects that the API key can reach.
list "raff_project" "all" {
  provider = raff
  limit    = 1000
}
