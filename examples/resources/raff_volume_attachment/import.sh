# The id alone is enough; the project is found by it.
# It is the id of the volume, which is attached to one VM at most.
terraform import raff_volume_attachment.data 4711

# The project can be named as well: <project_id>/<id>.
terraform import raff_volume_attachment.data 3f1c2a44-7d5e-4b0a-9c61-2f8e5d9b7a10/4711
