# The plan of an exact size. It stays the same one when prices change or cheaper plans appear.
data "raff_vm_plan" "small" {
  vcpu       = 2
  memory_gib = 4
  type       = "standard"
}

# The cheapest plan today that is large enough. This may be another one tomorrow.
data "raff_vm_plan" "cheapest" {
  min_vcpu       = 2
  min_memory_gib = 4
  min_ssd_gib    = 80
}

output "monthly_price" {
  value = data.raff_vm_plan.small.monthly_price
}
