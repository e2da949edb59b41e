import {
  to = raff_security_group_attachment.web
  identity = {
    id = "8b2f6c1e-0d4a-4f57-b3a9-6e1d7c5f2b88:0:e9b3d6c0-7a15-4e82-b4f9-63c8a0d1725b"
  }
}
