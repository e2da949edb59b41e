# All members of the account.
list "raff_member" "all" {
  provider = raff
  limit    = 1000
}

# Those who are suspended.
list "raff_member" "suspended" {
  provider = raff

  config {
    status = "suspended"
  }
}
