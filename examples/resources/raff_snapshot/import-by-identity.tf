import {
  to = raff_snapshot.system
  identity = {
    id = "815"
  }
}
