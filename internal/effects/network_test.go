package effects

import "testing"

func TestVPC(t *testing.T) {
	net := attributes{"id": "n", "name": "net", "cidr": "10.0.0.0/24", "project_id": "p"}
	inside := known{inVPC: items("raff_vm", "web")}
	ending := items("raff_vm", "web")
	ending.Items[0].Ends = true
	cidr := attributes{"cidr": "10.1.0.0/24"}
	both := attributes{"cidr": "10.1.0.0/24", "name": "net-2"}
	by := []string{"cidr"}
	check(t, "raff_vpc", map[string]row{
		"renamed":          {action: Update, before: net, change: attributes{"name": "net-2"}, world: inside},
		"replaced empty":   {action: Replace, before: net, change: cidr, replaced: by},
		"VMs end":          {action: Replace, before: net, change: cidr, replaced: by, world: known{inVPC: ending}},
		"destroyed empty":  {action: Delete, before: net},
		"destroyed around": {action: Delete, before: net, world: inside, want: []Kind{Fails}, says: []string{`VM "web"`, "delete timeout"}, title: `VPC "net" cannot be destroyed as planned`},
		"who knows which first": {
			action: Replace, before: net, change: cidr, replaced: by, world: inside, want: []Kind{Fails},
			says:  []string{"Unless create_before_destroy is set", `VM "web"`, "create_before_destroy = true", `another name than "net"`, "moves there in place"},
			title: `VPC "net" is replaced while VMs are in it`,
		},
		"destroyed first": {
			action: Replace, before: net, change: both, replaced: by, order: DeleteFirst, world: inside, want: []Kind{Fails}, lacks: []string{"Unless create_before_destroy", "another name"},
		},
		"created first": {action: Replace, before: net, change: both, replaced: by, order: CreateFirst, world: inside, want: []Kind{Address}, says: []string{"in place"}},
		"created first under its name": {
			action: Replace, before: net, change: cidr, replaced: by, order: CreateFirst, world: inside, want: []Kind{Fails}, says: []string{"unique in the account"},
		},
		"moved with its VMs": {action: Replace, before: net, change: attributes{"project_id": "q"}, replaced: []string{"project_id"}, world: inside, want: []Kind{Move}},
	})
}

func TestIP(t *testing.T) {
	ip := attributes{"id": "i", "ip_address": "203.0.113.7", "type": "IPv4"}
	check(t, "raff_ip", map[string]row{
		"protected":    {action: Update, before: ip, change: attributes{"deletion_protection": true}},
		"released":     {action: Delete, before: ip, want: []Kind{Address}, says: []string{"203.0.113.7 is given up for good"}},
		"another type": {action: Replace, before: ip, change: attributes{"type": "IPv6"}, replaced: []string{"type"}, want: []Kind{Address}, says: []string{`type ("IPv4" becomes "IPv6")`, "known after the apply"}},
	})
}

func TestSecurityGroup(t *testing.T) {
	group := attributes{"id": "g", "name": "web", "inbound": []any{attributes{"range": "22"}}, "outbound": []any{attributes{"protocol": "ALL"}}}
	check(t, "raff_security_group", map[string]row{
		"another rule":  {action: Update, before: group, change: attributes{"inbound": []any{attributes{"range": "80"}}}},
		"no way in":     {action: Update, before: group, change: attributes{"inbound": []any{}}, want: []Kind{Access}, says: []string{"SSH included"}, title: `Security group "web" closes its VMs`},
		"no way at all": {action: Update, before: group, change: attributes{"inbound": []any{}, "outbound": nil}, want: []Kind{Access, Access}},
		"not known":     {action: Update, before: group, unknown: []string{"inbound", "outbound"}},
		"destroyed":     {action: Delete, before: group},
	})
}
