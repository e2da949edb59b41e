import {
  to = raff_project.production
  identity = {
    id = "3f1c2a44-7d5e-4b0a-9c61-2f8e5d9b7a10"
  }
}
