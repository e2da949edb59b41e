package refbackend

import (
	"testing"
	"time"
)

// Backup and snapshot storage: one free pool per account, 50 GB + 10 % of each VM's disk; above it 0.06 USD per GB and month.
func TestStoragePoolOfTheAccount(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	web := c.makeVM("web") // 50 GB: a pool of 55 GB
	for range 2 {
		c.makeBackup(web) // 50 and 2.5 GB
	}
	c.get(backupsPath).expect("data.0.price_per_hour", "0.000000", "data.1.price_per_hour", "0.000000")
	sn := c.makeSnapshot(web) // 50 GB, of which 2.5 are free
	c.get(snapshotsPath+"/"+sn).expect("data.price_per_hour", "0.003958")
	c.get(snapshotsPath).expect("data.0.price_per_hour", "0.003958")

	// Not per VM: another VM of the account, in another project, adds its share to the one pool.
	s := b.owner("staging")
	other := s.makeVM("other", "pricing_id", 10) // 160 GB: 16 GB more
	c.get(snapshotsPath+"/"+sn).expect("data.price_per_hour", "0.002625")
	// A disk that grows adds to it.
	s.stop(other)
	s.post("/api/v1/vms/"+other+"/disk/resize", object{"new_size": 260}).want(200)
	c.get(snapshotsPath+"/"+sn).expect("data.price_per_hour", "0.001792")
	s.delete("/api/v1/vms/"+other, nil).want(200)
	c.get(snapshotsPath+"/"+sn).expect("data.price_per_hour", "0.003958")

	// What goes makes room for what came later.
	c.delete(backupsPath+"/"+c.get(backupsPath).str("data.0.id")+"/chain", nil).want(200)
	c.get(snapshotsPath+"/"+sn).expect("data.price_per_hour", "0.000000")
}

// 15 % (premium) of each VM's disk.
func TestStoragePoolOfPremium(t *testing.T) {
	for plan, want := range map[int]string{1: "0.000000", 77: "0.000104"} {
		b := newBackend(t, quiet())
		c := b.production()
		vm := c.makeVM("web", "pricing_id", plan) // 25 GB: 3.75 or 2.5 GB more
		for range 4 {
			c.makeBackup(vm) // 25 GB, then 1.25 GB each
		}
		b.clock.Advance(time.Second)
		sn := c.makeSnapshot(vm) // 53.75 GB in all
		c.get(snapshotsPath+"/"+sn).expect("data.price_per_hour", want)
	}
}

// The price of a schedule is that of its backups.
func TestScheduleCostsItsBackups(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	vm := c.makeVM("web")
	c.makeSnapshot(vm)
	path := schedulesPath + "/" + c.makeSchedule(vm)
	b.clock.Advance(24 * time.Hour) // 50 GB more, 45 of them beyond the pool
	c.get(path).expect("data.size", "50.0 GB", "data.price_per_hour", "0.003750")
	c.get(schedulesPath).expect("data.0.price_per_hour", "0.003750")
}
