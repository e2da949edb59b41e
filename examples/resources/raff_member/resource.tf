data "raff_role" "admin" {
  slug = "admin"
}

# Invites Ann. She is pending until she accepts.
resource "raff_member" "ann" {
  email   = "ann@example.com"
  role_id = data.raff_role.admin.id
}
