import {
  to = raff_volume_attachment.data
  id = "4711"
}
