import {
  to = raff_snapshot.system
  id = "815"
}
