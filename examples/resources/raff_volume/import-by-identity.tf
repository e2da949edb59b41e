import {
  to = raff_volume.data
  identity = {
    id = "4711"
  }
}
