import {
  to = raff_volume.data
  id = "4711"
}
