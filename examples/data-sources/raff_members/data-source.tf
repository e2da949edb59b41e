data "raff_members" "pending" {
  status = "pending"
}

output "invited" {
  value = { for m in data.raff_members.pending.members : m.email => m.invitation_expires_at }
}
