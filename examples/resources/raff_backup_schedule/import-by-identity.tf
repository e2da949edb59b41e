import {
  to = raff_backup_schedule.daily
  identity = {
    id = "42"
  }
}
