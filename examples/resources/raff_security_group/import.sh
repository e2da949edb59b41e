# The id alone is enough; the project is found by it.
terraform import raff_security_group.web e9b3d6c0-7a15-4e82-b4f9-63c8a0d1725b

# The project can be named as well: <project_id>/<id>.
terraform import raff_security_group.web 3f1c2a44-7d5e-4b0a-9c61-2f8e5d9b7a10/e9b3d6c0-7a15-4e82-b4f9-63c8a0d1725b
