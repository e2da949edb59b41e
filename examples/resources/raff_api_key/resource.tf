resource "raff_api_key" "pipeline" {
  name       = "preview pipeline"
  expires_at = "2027-12-31T23:59:59Z"

  # Another text gives the key a new secret, and ends the old one at once.
  rotation_trigger = "2027-01"
}

# The secret is in the state: pass it on from there, and keep the state where only authorised people can read it.
output "pipeline_key" {
  value     = raff_api_key.pipeline.secret
  sensitive = true
}
