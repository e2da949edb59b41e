# All API keys of the account.
list "raff_api_key" "all" {
  provider = raff
  limit    = 1000
}
