package client

import "testing"

// What a call costs where nothing is logged.
func BenchmarkCall(b *testing.B) {
	c := canned(b, 200, vmJSON)
	b.Run("get", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := c.GetVM(b.Context(), testID); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("create", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := c.Project(testProject).CreateVM(b.Context(), CreateVMRequest{Name: "web", Password: testPassword}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
