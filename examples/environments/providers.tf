terraform {
  required_version = ">= 1.11"

  required_providers {
    raff = {
      source = "rafftechnologies/raff"
    }
  }
}

# The API key and the address come from RAFF_API_KEY and RAFF_API_URL.
provider "raff" {
  default_tags = [terraform.workspace]
}
