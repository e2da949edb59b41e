# The id alone is enough; the project is found by it.
terraform import raff_vpc.backend 5d0e7f2a-91c3-4b68-8d14-a7e6c2b9f031

# The project can be named as well: <project_id>/<id>.
terraform import raff_vpc.backend 3f1c2a44-7d5e-4b0a-9c61-2f8e5d9b7a10/5d0e7f2a-91c3-4b68-8d14-a7e6c2b9f031
