import {
  to = raff_volume_attachment.data
  identity = {
    id = "4711"
  }
}
