import {
  to = raff_vpc_attachment.web
  identity = {
    id = "8b2f6c1e-0d4a-4f57-b3a9-6e1d7c5f2b88:5d0e7f2a-91c3-4b68-8d14-a7e6c2b9f031"
  }
}
