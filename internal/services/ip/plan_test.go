package ip_test

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

// What is in the way of an attachment and may make room is one warning, with its holder and the command
// that imports it.
func TestAccIPAttachment_warnings(t *testing.T) {
	b := acctest.New(t)
	vms := makeVMs(t, b, "carrier", "free", "own")
	project := b.Client(t).Project(b.Production())
	ip, busy := reserve(t, b, b.Production(), client.IPv4), reserve(t, b, b.Production(), client.IPv4)
	six, busySix := reserve(t, b, b.Production(), client.IPv6), reserve(t, b, b.Production(), client.IPv6)
	for _, attach := range []struct {
		vm      string
		request client.AttachIPRequest
	}{
		{vms[0], client.AttachIPRequest{IPID: busy.ID}},
		{vms[2], client.AttachIPRequest{Type: client.IPv4}},
		{vms[1], client.AttachIPRequest{IPID: busySix.ID}},
		{vms[2], client.AttachIPRequest{Type: client.IPv6}},
	} {
		if _, err := project.AttachVMIP(t.Context(), attach.vm, attach.request); err != nil {
			t.Fatal(err)
		}
	}
	byAttachment := "terraform import <address of the raff_ip_attachment> " + busy.ID
	for name, test := range map[string]struct {
		ip, vm string
		want   []string
	}{
		"nothing":            {ip.ID, vms[1], nil},
		"its own carrier":    {busy.ID, vms[0], nil},
		"attached elsewhere": {busy.ID, vms[1], []string{"Warning: The address is in use", fmt.Sprintf("VM \"carrier\" (%s)", vms[0]), byAttachment}},
		// There is room for four.
		"beside a reserved one":             {ip.ID, vms[0], nil},
		"beside an address of the VM's own": {ip.ID, vms[2], nil},
		"another IPv6 address": {
			six.ID, vms[1], []string{"Warning: The VM has another reserved address", `IP "` + busySix.Address + `"`, "takes one IPv6 address", "terraform import <address of the raff_ip_attachment> " + busySix.ID},
		},
		"an IPv6 address of its own": {six.ID, vms[2], []string{
			"Warning: A reserved address beside an own one", "set public_ipv6 = false", fmt.Sprintf("VM \"own\" (%s) in project %s", vms[2], b.Production()),
			"terraform import <address of the raff_vm> " + vms[2],
		}},
	} {
		t.Run(name, func(t *testing.T) {
			output := b.PlanOf(t, attachmentConfig(b.Production(), strconv.Quote(test.ip), strconv.Quote(test.vm), ""))
			for _, want := range test.want {
				if strings.Count(output, want) != 1 {
					t.Errorf("want %q once in %s", want, output)
				}
			}
			if len(test.want) == 0 && strings.Contains(output, "Warning: The") {
				t.Errorf("a warning of nothing: %s", output)
			}
		})
	}
}

// An address that changes hands within the run is not in anybody's way.
func TestAccIPAttachment_movesWithoutWarning(t *testing.T) {
	b := acctest.New(t)
	vms := makeVMs(t, b, "one", "two")
	ip := reserve(t, b, b.Production(), client.IPv4)
	first := attachmentConfig(b.Production(), strconv.Quote(ip.ID), strconv.Quote(vms[0]), "")
	cli := acctest.NewCLI(t, b.Config(first))
	cli.MustRun(t, "apply", "-auto-approve", "-no-color")
	renamed := strings.Replace(attachmentConfig(b.Production(), strconv.Quote(ip.ID), strconv.Quote(vms[1]), ""), `"test"`, `"renamed"`, 1)
	cli.Write(t, "main.tf", strings.Replace(cli.Read(t, "main.tf"), first, renamed, 1))
	if output := cli.MustRun(t, "apply", "-auto-approve", "-no-color"); strings.Contains(output, "in use") {
		t.Errorf("the address is in its own way: %s", output)
	}
	cli.MustRun(t, "destroy", "-auto-approve", "-no-color")
}

// An import that names a project refuses an object of another one.
func TestAccIP_importNamesTheProject(t *testing.T) {
	b := acctest.New(t)
	vm := makeVMs(t, b, "web")[0]
	ip := reserve(t, b, b.Production(), client.IPv4)
	if _, err := b.Client(t).Project(b.Production()).AttachVMIP(t.Context(), vm, client.AttachIPRequest{IPID: ip.ID}); err != nil {
		t.Fatal(err)
	}
	refused := func(config, address string) resource.TestStep {
		return resource.TestStep{
			Config: b.Config(config), ResourceName: address, ImportState: true, ImportStateId: b.Staging() + "/" + ip.ID,
			ExpectError: regexp.MustCompile(`The object is in another project`),
		}
	}
	b.Test(t, resource.TestCase{Steps: []resource.TestStep{
		refused(ipConfig(b.Staging(), ""), address),
		refused(attachmentConfig(b.Staging(), strconv.Quote(ip.ID), strconv.Quote(vm), ""), attachment),
	}})
}
