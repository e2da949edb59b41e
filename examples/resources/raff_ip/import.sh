# The id alone is enough; the project is found by it.
terraform import raff_ip.web c47a1b9e-2f60-4d3c-9b8a-10e5d7f6a283

# The project can be named as well: <project_id>/<id>.
terraform import raff_ip.web 3f1c2a44-7d5e-4b0a-9c61-2f8e5d9b7a10/c47a1b9e-2f60-4d3c-9b8a-10e5d7f6a283
