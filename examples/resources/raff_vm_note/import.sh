# <vm_id>:<type>; the project is found by the VM.
terraform import raff_vm_note.owner 8b2f6c1e-0d4a-4f57-b3a9-6e1d7c5f2b88:account

# The project can be named as well: <project_id>/<vm_id>:<type>.
terraform import raff_vm_note.owner 3f1c2a44-7d5e-4b0a-9c61-2f8e5d9b7a10/8b2f6c1e-0d4a-4f57-b3a9-6e1d7c5f2b88:account
