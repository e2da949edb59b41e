resource "raff_ssh_key" "laptop" {
  name       = "laptop"
  public_key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKkT7Q6/6tTB2+BdMTHQmts/Pt4n9dtwurfL4JFQN7wB ops@example.com"
}
