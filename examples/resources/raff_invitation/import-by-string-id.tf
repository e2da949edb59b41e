import {
  to = raff_invitation.guest
  id = "8b2f6c1e-0d4a-4f57-b3a9-6e1d7c5f2b88"
}
