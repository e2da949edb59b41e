data "raff_security_group_templates" "all" {}

output "templates" {
  value = { for template in data.raff_security_group_templates.all.templates : template.id => template.name }
}
