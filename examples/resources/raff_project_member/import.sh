# The id alone is enough; the project is found by it.
terraform import raff_project_member.pipeline 8b2f6c1e-0d4a-4f57-b3a9-6e1d7c5f2b88

# Naming the project as well is faster: <project_id>/<id>.
terraform import raff_project_member.pipeline 3f1c2a44-7d5e-4b0a-9c61-2f8e5d9b7a10/8b2f6c1e-0d4a-4f57-b3a9-6e1d7c5f2b88
