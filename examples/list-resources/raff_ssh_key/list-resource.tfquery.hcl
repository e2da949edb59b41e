# All SSH keys.
list "raff_ssh_key" "all" {
  provider = raff
  limit    = 1000
}
