import {
  to = raff_backup_schedule.daily
  id = "42"
}
