import {
  to = raff_security_group.web
  id = "e9b3d6c0-7a15-4e82-b4f9-63c8a0d1725b"
}
