resource "raff_project" "production" {
  name                = "production"
  description         = "What customers see"
  deletion_protection = true
}
