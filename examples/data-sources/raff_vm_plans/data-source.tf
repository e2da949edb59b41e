# Cheapest first.
data "raff_vm_plans" "premium" {
  type = "premium"
}

output "premium" {
  value = [for plan in data.raff_vm_plans.premium.plans : "${plan.cpu} vCPU, ${plan.ram} GB: ${plan.monthly_price} USD"]
}
