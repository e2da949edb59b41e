package acctest_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
)

// A shuffled list has the same elements in another order, over several pages.
func TestShuffled(t *testing.T) {
	t.Parallel()
	b := acctest.NewInProcess(t, func(o *refbackend.Options) { o.NoRateLimit = true })
	f := b.Fill(t)
	for i := range 205 {
		f.Volume(b.Production(), fmt.Sprintf("v%d", i), 10)
	}
	ids := func(url string) (all []int64) {
		c, err := client.New(client.Options{URL: url, APIKey: b.OwnerKey, UserAgent: "acctest"})
		if err != nil {
			t.Fatal(err)
		}
		for volume, err := range c.ListVolumes(t.Context(), client.VolumeFilter{}) {
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, volume.ID)
		}
		return all
	}
	plain, shuffled, again := ids(b.URL), ids(b.Shuffled(t, 1).URL), ids(b.Shuffled(t, 1).URL)
	if slices.Equal(plain, shuffled) || !slices.Equal(shuffled, again) || slices.Equal(shuffled, ids(b.Shuffled(t, 2).URL)) {
		t.Errorf("the order is not another one, the same one again, and another one with another seed: %v %v %v", plain, shuffled, again)
	}
	slices.Sort(plain)
	slices.Sort(shuffled)
	if len(plain) != 205 || !slices.Equal(plain, shuffled) {
		t.Errorf("%d elements, and %d in another order", len(plain), len(shuffled))
	}
}
