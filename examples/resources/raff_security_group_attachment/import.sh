# <vm_id>:<nic_id>:<security_group_id>; the project is found by the VM.
terraform import raff_security_group_attachment.web 8b2f6c1e-0d4a-4f57-b3a9-6e1d7c5f2b88:0:e9b3d6c0-7a15-4e82-b4f9-63c8a0d1725b

# The project can be named as well: <project_id>/<vm_id>:<nic_id>:<security_group_id>.
terraform import raff_security_group_attachment.web 3f1c2a44-7d5e-4b0a-9c61-2f8e5d9b7a10/8b2f6c1e-0d4a-4f57-b3a9-6e1d7c5f2b88:0:e9b3d6c0-7a15-4e82-b4f9-63c8a0d1725b
