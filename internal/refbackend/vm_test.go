package refbackend

import "testing"

func TestVMIsActiveAtTheFirstReadWithInstantTiming(t *testing.T) {
	b := newBackend(t, quiet())
	production := b.production()
	created := production.post("/api/v1/vms", b.vmRequest("web-1")).want(201)
	created.expect("data.status", "initiating", "data.name", "web-1", "data.project_id", b.project("production"))
	production.get("/api/v1/vms/"+created.str("data.id")).want(200).expect("data.status", "active", "data.cpu", 2)
	production.delete("/api/v1/vms/"+created.str("data.id"), nil).want(200)
	production.get("/api/v1/vms/" + created.str("data.id")).want(404)
}
