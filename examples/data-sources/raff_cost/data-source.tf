data "raff_project" "production" {
  name = "production"
}

# What a project costs a month.
data "raff_cost" "production" {
  project_id = data.raff_project.production.id
}

# Without a project: all that the API key can reach, after the free pool of backups and snapshots.
data "raff_cost" "account" {}

# A budget: each plan and apply warns once the account costs more, or once a price is not known.
check "budget" {
  assert {
    condition     = data.raff_cost.account.monthly_price <= 500 && data.raff_cost.account.unknown == 0
    error_message = "The account costs ${data.raff_cost.account.monthly_price} USD a month."
  }
}

output "usd_a_month_by_type" {
  value = { for sum in data.raff_cost.production.by_type : sum.type => sum.monthly_price if sum.count > 0 }
}
