# The cheapest plan that is large enough.
data "raff_vm_plan" "small" {
  min_vcpu       = 2
  min_memory_gib = 4
  min_ssd_gib    = 80
}

output "monthly_price" {
  value = data.raff_vm_plan.small.monthly_price
}
