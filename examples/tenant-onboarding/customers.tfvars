customers = {
  acme = {
    description = "Acme Ltd"
    operators   = ["ops@acme.example"]
    viewers     = ["audit@acme.example", "ceo@acme.example"]
  }

  globex = {
    description = "Globex Corporation"
    operators   = ["it@globex.example"]
  }
}
