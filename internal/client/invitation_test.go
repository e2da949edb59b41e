package client

import (
	"errors"
	"testing"
)

func TestInvitedMember(t *testing.T) {
	t.Parallel()
	var (
		nobody  = `{"success":true,"data":[],"total":0}`
		another = full(`{"success":true,"data":[{"id":"m1","status":"pending","invitation_id":"i1"}],"total":1}`)
		both    = full(`{"success":true,"data":[{"id":"m1","status":"pending","invitation_id":"i1"},
			{"id":"m2","status":"pending","invitation_id":"i2"}],"total":2}`)
	)
	t.Run("lists lag behind", func(t *testing.T) {
		t.Parallel()
		handler := answering(reply(200, nobody), reply(200, another), reply(200, both))
		c, clock := serve(t, handler.ServeHTTP)
		member, err := c.InvitedMember(t.Context(), "i2")
		if err != nil || member.ID != "m2" {
			t.Fatalf("got %v, %v", member, err)
		}
		if n := len(clock.slept()); n != 2 {
			t.Errorf("slept %d times, want twice", n)
		}
		if got := handler.seen()[0].uri; got != "/api/v1/members?limit=100&offset=0&status=pending" {
			t.Errorf("asked for %s", got)
		}
	})
	t.Run("in a project", func(t *testing.T) {
		t.Parallel()
		handler := answering(reply(200, both))
		c, _ := serve(t, handler.ServeHTTP)
		member, err := c.InvitedProjectMember(t.Context(), testProject, "i1")
		if err != nil || member.ID != "m1" {
			t.Fatalf("got %v, %v", member, err)
		}
		if got := handler.seen()[0].uri; got != "/api/v1/projects/"+testProject+"/members?limit=100&offset=0&status=pending" {
			t.Errorf("asked for %s", got)
		}
	})
	t.Run("over", func(t *testing.T) {
		t.Parallel()
		c, _ := serve(t, answering(reply(200, another)).ServeHTTP)
		if _, err := c.InvitedMember(t.Context(), "i2"); !errors.Is(err, ErrNotFound) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("refused", func(t *testing.T) {
		t.Parallel()
		c, _ := serve(t, answering(reply(403, `{"error":"Forbidden","message":"no"}`)).ServeHTTP)
		if _, err := c.InvitedMember(t.Context(), "i2"); !errors.Is(err, ErrForbidden) {
			t.Errorf("got %v", err)
		}
	})
}
