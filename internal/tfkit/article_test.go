package tfkit_test

import (
	"testing"

	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// The article goes by the sound, not by the letter.
func TestSentenceArticle(t *testing.T) {
	for article, nouns := range map[string][]string{
		"A": {
			"VM", "VPC", "VPC attachment", "volume", "volume attachment", "snapshot", "backup", "backup schedule", "security group",
			"security group attachment", "project", "project member", "member", "role", "public IP", "note", "template", "VM plan", "region",
			"user", "unit", "UUID", "URL", "UTC time", "unique name", "European region", "one-node pool", "CIDR", "Windows Server 2022", "Debian 13",
			"RAM size", "NAT gateway", "SUSE Linux", "Rocky Linux 9", "host", "hyphen", "12", "110", "", "CPU", "K8s cluster", "database", "Kubernetes cluster", "usage",
			"reserved address", "tag", "GB", "disk", "PDF",
		},
		"An": {
			"IP", "IP attachment", "IPv4 address", "IPv6 address", "SSH key", "API key", "invitation", "id", "hour", "image", "interface", "address", "attachment",
			"hourly price", "honest answer", "Ubuntu 24.04", "Ubuntu", "AlmaLinux 9", "Alpine", "openSUSE 15", "OS disk", "HTTP proxy", "NVMe volume", "MTU", "L4 balancer",
			"update", "upgrade", "unknown name", "unnamed backup", "uninstalled system", "object", "Owner", "account", "email address", "ephemeral API key",
			"8 GB disk", "80 GB disk", "80,000", "11", "18", "XFS disk", "ICMP rule", "RFC 3339 time", "FQDN",
		},
	} {
		for _, noun := range nouns {
			if got, want := tfkit.SentenceArticle(noun), article+" "+noun; got != want {
				t.Errorf("%q, want %q", got, want)
			}
		}
	}
}
