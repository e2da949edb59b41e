package provider_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
)

// A refresh of VMs with all that hangs on them asks for lists, and for the interfaces of each VM once.
func TestRefreshAsksOnce(t *testing.T) {
	b := acctest.New(t, func(o *refbackend.Options) { o.NoRateLimit = true })
	const perProject = 12
	projects := []string{b.Production(), b.Staging()}
	importing := b.NewWalk(t, "")
	var objects []acctest.Object
	add := func(typeName, id string) {
		t.Helper()
		o, errs := importing.Import(typeName, id)
		if len(errs) > 0 {
			t.Fatal(typeName, errs)
		}
		objects = append(objects, o)
	}
	for p, projectID := range projects {
		project := b.Client(t).Project(projectID)
		vpc, err := project.CreateVPC(t.Context(), client.CreateVPCRequest{Name: fmt.Sprint("net-", p), CIDR: fmt.Sprintf("10.%d.0.0/24", 50+p)})
		if err != nil {
			t.Fatal(err)
		}
		add("raff_vpc", vpc.ID)
		for i := range perProject {
			vm := b.MakeVM(t, projectID, fmt.Sprintf("vm-%d-%d", p, i), func(r *client.CreateVMRequest) {
				r.VPCID, r.SkipVPC, r.SkipPublicIP = vpc.ID, false, true
			})
			ip, err := project.ReserveIP(t.Context(), client.ReserveIPRequest{Type: client.IPv4})
			if err != nil {
				t.Fatal(err)
			}
			if _, err = project.AttachVMIP(t.Context(), vm.ID, client.AttachIPRequest{IPID: ip.ID}); err != nil {
				t.Fatal(err)
			}
			add("raff_vm", vm.ID)
			add("raff_ip", ip.ID)
			add("raff_ip_attachment", ip.ID)
			add("raff_vpc_attachment", vm.ID+":"+vpc.ID)
		}
	}
	before := len(b.Journal())
	walk := b.NewWalk(t, "")
	slots := make(chan struct{}, 10)
	var all sync.WaitGroup
	for _, o := range objects {
		slots <- struct{}{}
		all.Go(func() {
			defer func() { <-slots }()
			if fresh, errs, _ := walk.Refresh(o); len(errs) > 0 || fresh.State.IsNull() {
				t.Errorf("%s: %v", o.Address(), errs)
			}
		})
	}
	all.Wait()
	asked := map[string]int{}
	for _, e := range b.Journal()[before:] {
		if e.Method != http.MethodGet {
			t.Errorf("a refresh sent %s %s", e.Method, e.Path)
		}
		asked[e.Operation]++
	}
	for operation, most := range map[string]int{
		"getVM": 3 * len(projects), "listVMs": len(projects), "getIP": 3 * len(projects), "listIPs": len(projects),
		"getVPC": len(projects), "listVPCs": len(projects), "listVMNetworks": perProject * len(projects),
	} {
		if asked[operation] > most {
			t.Errorf("%s was asked %d times, want at most %d", operation, asked[operation], most)
		}
	}
	t.Logf("%d objects: %v", len(objects), asked)
}
