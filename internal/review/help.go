package review

const usage = `Usage: terraform-provider-raff review [flags] PLAN.json...

Writes what a saved plan does, as a comment for its pull request: what is
destroyed, replaced, reinstalled, stopped, changed and created, what is lost
with it, what it costs a month before and after, and what is refused or not
known. The gravest comes first.

It says what the warnings of the plan say, which a saved plan no longer has. It
needs no network and no key, and reads nothing but the plan. Sensitive values
are not shown.

Examples:

  terraform plan -out plan.bin
  terraform show -json plan.bin > plan.json
  terraform-provider-raff review plan.json

  terraform show -json plan.bin | terraform-provider-raff review --name staging -
      - reads the standard input

  terraform-provider-raff review --fail-on destroy,data-loss,"cost>50" plan.json
      ends with 3 where something is destroyed or data is lost, or where the cost
      may grow by more than 50 USD a month

  terraform-provider-raff review staging.json production.json
      one comment with a section for each environment

Environments:

  Each PLAN.json is one environment: that of one workspace, or of one directory
  with a state of its own. Its name is that of --name, given once for each plan
  in their order, or else comes from the file: "production" for production.json,
  production.tfplan.json and production/plan.json. A plan from the standard input
  has the name of the project that it manages, if that is one.

Flags:

  --format FORMAT
      markdown (the default) for GitHub and GitLab, at most 65,000 characters:
      what does not fit is counted. text for a log. json for programs: its
      format_version says 1.0 until something else than an addition changes.
  --fail-on LIST
      conditions, separated by commas; may be given more than once:
        destroy     an object is destroyed and not replaced, of any provider
        replace     an object is replaced, of any provider
        reinstall   a VM is reinstalled
        stop        a running VM is stopped, also for a moment
        data-loss   a disk, volume, snapshot or backup is deleted
        credential  a secret stops working
        address     an address is given up
        access      somebody loses rights, or a way in
        final       a change cannot be taken back, as the growth of a disk
        move        an object is created anew in another project
        left        something is left behind, and may be paid for
        fails       a change cannot succeed as planned, a condition of the
                    configuration is not met, or the plan ended with an error
        unknown     a new price is not known, or the plan is not complete
        cost>50     the cost may grow by more than 50 USD a month. A price that
                    is not known may be any. Quote this one: > has a meaning of
                    its own in a shell.
  --title TITLE
      what stands above the comment. Default: Terraform plan
  --name NAME
      of an environment; once for each plan

Exit codes:

  0  the comment is written, and no condition is met
  1  a plan cannot be read, or the comment cannot be written
  2  the command line was not understood
  3  the comment is written, and a condition of --fail-on is met; which ones, and
     for which objects, is in the comment and on the standard error

Costs are sums of the monthly_price of the objects in the state of the plan. A
price that is not known is never counted as 0: the objects are named, and the
sum is "at least" what is known. Plans of Terraform and OpenTofu are read, with
format_version 1.x.
`
