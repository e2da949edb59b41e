import {
  to = raff_backup.initial
  id = "c0ffee00-5a1d-4c3b-8e2f-7d6b5a493827"
}
