# The id alone is enough; the project is found by it.
terraform import raff_backup.initial c0ffee00-5a1d-4c3b-8e2f-7d6b5a493827

# The project can be named as well: <project_id>/<id>.
terraform import raff_backup.initial 3f1c2a44-7d5e-4b0a-9c61-2f8e5d9b7a10/c0ffee00-5a1d-4c3b-8e2f-7d6b5a493827
