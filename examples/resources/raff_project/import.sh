terraform import raff_project.production 3f1c2a44-7d5e-4b0a-9c61-2f8e5d9b7a10
