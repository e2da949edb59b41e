package export

const usage = `terraform-provider-raff export reads an account, and writes a configuration
that imports it.

Usage:
  terraform-provider-raff export [flags]

The key and the address are those that an empty provider block has: RAFF_API_KEY
and RAFF_API_URL, or a profile of the Raff CLI. Nothing in the account is changed.

What to export (each flag may be repeated, and takes several values with commas):
  --project NAME         only these projects, by name or id; what belongs to the
                         account is left out, unless --type names it
  --type TYPE            only these resource types, as raff_vm
  --with raff_vm_note    the notes on VMs, too, of an account with more than 500
                         objects: they cost a request for each VM
  --without TYPE         not these resource types
  --name PATTERN         only objects that are called so, as web-*, and what is
                         attached to them
  --from-state FILE      the objects of a state, as "terraform state pull" writes
                         it, "-" for the standard input; that of the SDKv2
                         provider at the same address, too. It is kept: the
                         configuration fits it

Where to, and how:
  --out DIR              the directory for the files, "raff-export" unless given.
                         What a person has edited in it is not overwritten
  --modules              a module for each project
  --cli CLI              what validates and plans the files: terraform, tofu or a
                         path. Unless given, the first of the two on PATH
  --no-verify            leave that out
  --profile NAME         profile of the Raff CLI, as in the provider block
  --api-url URL          address of the API, as in the provider block

Exit codes:
  0  everything is written, and its plan imports and does nothing else
  1  it failed
  2  the command line was not understood
  3  something may be missing: the table says what, and why
  4  the plan of what was written would change something: it is named
`
