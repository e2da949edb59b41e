package command

const usage = `Usage: terraform-provider-raff backend [flags]
       terraform-provider-raff backend run [flags] -- COMMAND [ARGUMENT...]
       terraform-provider-raff backend record ...   (record --help)

Serves a copy of the Raff API on this machine. It prints how to connect, shows
what it holds on a page at its address, and forgets everything when it stops
(Ctrl-C) unless --data names a file.

"backend run" serves one for as long as a command runs, which finds nothing else:
see "backend run --help".

Without --seed-file, the account has three projects (default, production,
staging), an Owner key that reaches all of them, and a key that reaches
production only.

Examples:

  terraform-provider-raff backend
      on 127.0.0.1:8080, changes at once

  terraform-provider-raff backend --listen 127.0.0.1:0 --timing realistic
      on a free port, VMs take 30 to 90 seconds as they really do

  terraform-provider-raff backend --timing realistic --time-scale 60
      the same, with a minute passing in each second

  terraform-provider-raff backend --seed 7
      other ids, keys and addresses; the same ones each time

  terraform-provider-raff backend --data account.raff
      everything is there again after a restart, or a crash; a damaged file is
      refused, and so is every request when the file cannot be written

  terraform-provider-raff backend --seed-file account.yaml
      with the projects, VMs and keys that the file describes

  terraform-provider-raff backend run -- terraform test
      a backend for these tests alone

  terraform-provider-raff backend --listen 127.0.0.1:0 --ready-file ready.json
      for other tools: ready.json says url, api_key, projects, accounts and pid
      as soon as requests are answered, and is gone after the end

  terraform-provider-raff backend --accounts 8 --ready-file ready.json \
      --admin-listen 127.0.0.1:8081
      eight accounts at one address, each with keys, a clock, faults and a
      journal of its own; the key of a request says whose it is:

      curl -X POST http://127.0.0.1:8081/_reference/accounts/3/reset
          puts the third back to its beginning, and no other
      curl -X POST http://127.0.0.1:8081/_reference/accounts
          makes a ninth

      Account n is what --seed and n - 1 make, and is kept in --data's file with
      .n at its end. A seed file for several accounts names no keys.

  terraform-provider-raff backend --admin-listen 127.0.0.1:8081
      with endpoints to make requests fail, move the clock, read the journal,
      and save, restore and reset the account:

      curl http://127.0.0.1:8081/_reference/
          lists them
      curl -H 'Content-Type: application/json' \
           -d '{"operation": "createVM", "nth": 2, "count": 1, "status": 503}' \
           http://127.0.0.1:8081/_reference/faults
          the second VM from now on fails
      curl -H 'Content-Type: application/json' -d '{"by": "24h"}' \
           http://127.0.0.1:8081/_reference/clock/advance
          it is tomorrow
      curl -H 'Content-Type: application/json' \
           -d '{"plain_text": true, "count": 1}' \
           http://127.0.0.1:8081/_reference/faults
          the next request gets "404 page not found", as from an ingress

Seed files:

  YAML or JSON. The lists hold what the API's create requests take, with names
  in place of ids. All but one project may be left out:

  account: Example Ltd
  owner_email: ada@example.com
  owner_key: raff_...                # raff_ and 64 hex digits; else from --seed
  ssh_keys:
    - {name: laptop, public_key: ssh-ed25519 AAAA...}
  roles:
    - {name: Deployer, slug: deployer, scope: project, permissions: [vm.view]}
  api_keys:
    - {name: ci, role: Admin, secret: raff_...}    # an account role, or none
  members:
    - {email: bob@example.com, role: Member}
  projects:
    - name: production               # the first is the default project, unless
      default: true                  # another says that it is
      vpcs:
        - {name: net, cidr: 10.0.0.0/24}
      security_groups:
        - name: web
          rules: [{protocol: TCP, rule_type: INBOUND, range: "80,443"}]
      vms:
        - name: web
          template: Ubuntu 24.04     # name and version, or template_id
          pricing_id: 9
          vpc: net                   # name, or vpc_id; else as the API does it
          ssh_keys: [ssh-ed25519 AAAA...]
          power_state: passive       # active when left out
          console_require_mfa: true  # false when left out
      ips:
        - {type: IPv4}               # reserved; with vm: web, attached to it
      volumes:
        - {name: data, size: 100, vm: web}         # without vm: detached
      snapshots:
        - {name: before, vm: web}                  # or volume: data
      backups:
        - {name: first, vm: web}
      backup_schedules:
        - {vm: web, type: daily, time: 8am, keep_count: 7}
      members:
        - {api_key: ci, role: Operator}
      invitations:
        - {email: eve@example.com, role: Viewer}

  A file that "backend record" has written holds one account as the API answers
  it, under "recorded", and nothing else.

Flags:

`

const runUsage = `Usage: terraform-provider-raff backend run [flags] -- COMMAND [ARGUMENT...]

Serves a copy of the Raff API on a free port of this machine for as long as a
command runs, and ends with the command's exit code. Nothing is left: no process,
no port, and no file but that of --data.

Examples:

  terraform-provider-raff backend run -- terraform test
  terraform-provider-raff backend run --seed-file account.yaml -- terraform test
  terraform-provider-raff backend run --timing realistic --time-scale 60 -- make

The command's environment has the address and the Owner's key (RAFF_API_URL,
RAFF_API_KEY) and, with --admin-listen 127.0.0.1:0, the address of the admin
endpoints (RAFF_ADMIN_URL). Every other RAFF_ variable is taken out of it.

No request leaves this machine: RAFF_ONLY_API_URL has the provider refuse a plan,
an apply or a test whose configuration names another address or a profile, before
anything is sent, and read no profile. TF_FORCE_LOCAL_BACKEND keeps runs from HCP
Terraform, and TF_REATTACH_PROVIDERS is taken away. A state that a backend configuration keeps elsewhere is written all the
same: use "terraform test", or a directory with a state of its own.

Signals are passed on to the command. Exit codes that are not its own: 125 where
the backend could not be served or not keep the account, 126 where the command
cannot be run, 127 where there is none, 128 and the number of the signal that has
ended it.

Flags, with those of "backend --help" explained there:

`
