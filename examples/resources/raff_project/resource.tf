resource "raff_project" "production" {
  name                = "shop-production"
  description         = "What customers see"
  deletion_protection = true
}
