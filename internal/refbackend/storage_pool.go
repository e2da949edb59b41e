package refbackend

import (
	"slices"
	"time"
)

// One pool of storage for backups and snapshots is free in each account: some GB, and a share of each VM's disk by the type
// of its plan, in percent.
const (
	freePoolGB           = 50
	freePoolShare        = 10
	freePoolSharePremium = 15
)

// storedObject is a backup or snapshot as the bill sees it.
type storedObject struct {
	key      objectKey
	made     time.Time
	gb       float64
	perMonth float64 // USD for a GB
}

// storagePrices are the prices of the account's backups and snapshots, in USD a month. The oldest use the free pool first.
type storagePrices map[objectKey]float64

func (s *Server) storagePrices() storagePrices {
	prices := storagePrices{}
	free := s.state.freePool()
	for _, o := range s.state.storedObjects() {
		covered := min(free, o.gb)
		free -= covered
		prices[o.key] = (o.gb - covered) * o.perMonth
	}
	return prices
}

func (p storagePrices) ofBackup(b *backup) float64 { return p[objectKey{backupNoun.kind, b.ID}] }

func (p storagePrices) ofSnapshot(sn *snapshot) float64 {
	return p[objectKey{snapshotNoun.kind, sn.id()}]
}

// freePool is how many GB of backups and snapshots cost the account nothing.
func (st *state) freePool() float64 {
	pool := float64(freePoolGB)
	for v := range st.VMs.Peek() {
		share := freePoolShare
		if planOf(v.Plan).kind == planPremium {
			share = freePoolSharePremium
		}
		pool += float64(v.totalStorage()*share) / 100
	}
	return pool
}

// storedObjects are the backups and snapshots of the account, oldest first.
func (st *state) storedObjects() []storedObject {
	all := make([]storedObject, 0, st.Backups.Len()+st.Snapshots.Len())
	for b := range st.Backups.Peek() {
		all = append(all, storedObject{
			objectKey{backupNoun.kind, b.ID}, b.CreatedAt, float64(b.SizeMB) / mbPerGB, priceBackupGB,
		})
	}
	for sn := range st.Snapshots.Peek() {
		all = append(all, storedObject{
			objectKey{snapshotNoun.kind, sn.id()}, sn.CreatedAt, float64(sn.Size), priceSnapshotGB,
		})
	}
	slices.SortStableFunc(all, func(a, b storedObject) int { return a.made.Compare(b.made) })
	return all
}
