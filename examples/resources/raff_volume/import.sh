# The id alone is enough; the project is found by it.
terraform import raff_volume.data 4711

# The project can be named as well: <project_id>/<id>.
terraform import raff_volume.data 3f1c2a44-7d5e-4b0a-9c61-2f8e5d9b7a10/4711
