import {
  to = raff_vpc.backend
  identity = {
    id = "5d0e7f2a-91c3-4b68-8d14-a7e6c2b9f031"
  }
}
