# Cheapest first.
data "raff_vm_plans" "premium" {
  type = "premium"
}

# Those that are in stock.
output "premium" {
  value = [for plan in data.raff_vm_plans.premium.plans : "${plan.vcpu} vCPU, ${plan.memory_gib} GiB: ${plan.monthly_price} USD" if !plan.out_of_stock]
}
