# <vm_id>:<vpc_id>; the project is found by the VM.
terraform import raff_vpc_attachment.web 8b2f6c1e-0d4a-4f57-b3a9-6e1d7c5f2b88:5d0e7f2a-91c3-4b68-8d14-a7e6c2b9f031

# The project can be named as well: <project_id>/<vm_id>:<vpc_id>.
terraform import raff_vpc_attachment.web 3f1c2a44-7d5e-4b0a-9c61-2f8e5d9b7a10/8b2f6c1e-0d4a-4f57-b3a9-6e1d7c5f2b88:5d0e7f2a-91c3-4b68-8d14-a7e6c2b9f031
