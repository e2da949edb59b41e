data "raff_templates" "linux" {
  os_type = "linux"
}

output "linux" {
  value = [for template in data.raff_templates.linux.templates : "${template.name} ${template.version}"]
}
