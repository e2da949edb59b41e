# The cheapest plan that is large enough.
data "raff_vm_plan" "small" {
  min_cpu  = 2
  min_ram  = 4
  min_disk = 80
}

output "monthly_price" {
  value = data.raff_vm_plan.small.monthly_price
}
