package refbackend

import (
	"testing"
	"time"
)

// Notes: one `account` note per VM, one `personal` note per user and VM; PUT upserts, PATCH 404s when there is none,
// append joins with a newline.
func TestNotes(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	path := "/api/v1/vms/" + c.makeVM("web") + "/notes"
	if text := c.get(path).want(200).text; text != `{"success":true}`+"\n" {
		t.Errorf("no notes read as %s", text)
	}
	for _, kind := range []string{"account", "personal"} {
		c.patch(path+"/"+kind, object{"content": "x"}).want(404, kind)
		made := c.put(path+"/"+kind, object{"content": "one"}).want(200).expect(
			"success", true, "note.type", kind, "note.content", "one", "note.user_id", first(&b.state.Users).ID)
		b.clock.Advance(time.Minute)
		put := c.put(path+"/"+kind, object{"content": "two"}).want(200).expect("note.id", made.str("note.id"),
			"note.content", "two", "note.created_at", made.str("note.created_at"))
		if put.str("note.updated_at") == made.str("note.updated_at") {
			t.Errorf("%s: the time of the change is that of the creation", kind)
		}
		c.patch(path+"/"+kind, object{"content": "three"}).want(200).expect("note.content", "three")
		c.post(path+"/"+kind+"/append", object{"content": "four"}).want(200).expect("note.content", "three\nfour")
	}
	c.get(path).expect("account_note.content", "three\nfour", "personal_note.content", "three\nfour")
	c.get(path+"?type=account").expect("account_note.content", "three\nfour", "personal_note", nil)
	c.get(path+"?type=personal").expect("personal_note.content", "three\nfour", "account_note", nil)
	// An empty note is one.
	c.put(path+"/account", object{"content": ""}).want(200).expect("note.content", "")
	c.get(path).expect("account_note.content", "")
	b.checkInvariants()
}

// What is appended to no note is the note.
func TestNoteAppendMakesOne(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	path := "/api/v1/vms/" + c.makeVM("web") + "/notes"
	c.post(path+"/account/append", object{"content": "first"}).want(200).expect("note.content", "first")
}

// A personal note is visible only to the user that wrote it, an account note to everybody.
func TestNotesOfOthers(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	path := "/api/v1/vms/" + c.makeVM("web") + "/notes"
	other := c
	var writer string
	other.key, writer = b.keyOfAnotherUser()
	for _, kind := range []string{"account", "personal"} {
		c.put(path+"/"+kind, object{"content": "mine"}).want(200)
	}
	other.get(path).expect("account_note.content", "mine", "personal_note", nil)
	other.patch(path+"/personal", object{"content": "x"}).want(404)
	other.put(path+"/personal", object{"content": "theirs"}).want(200).expect("note.user_id", writer)
	other.put(path+"/account", object{"content": "ours"}).want(200).expect("note.user_id", writer)
	c.get(path).expect("account_note.content", "ours", "personal_note.content", "mine")
	if n := b.state.Notes.Len(); n != 3 {
		t.Errorf("%d notes, want 3", n)
	}
	b.checkInvariants()
}

// keyOfAnotherUser makes a key that reaches production and belongs to another user than the Owner.
func (b *backend) keyOfAnotherUser() (secret, userID string) {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	u := &user{ID: b.state.IDs.uuid(), Email: "other@example.com", Name: "Other"}
	b.state.Users.Put(u.ID, u)
	secret, k := b.addKey(apiKey{Name: "other", CreatedBy: u.ID})
	b.addProjectMember(&projectMember{Project: b.project("production"), APIKeyID: k.ID, RoleID: roleProjectAdmin})
	return secret, u.ID
}

func TestNotesAreStrict(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	id := c.makeVM("web")
	path := "/api/v1/vms/" + id + "/notes"
	c.get(path+"?type=public").want(400, "type: must be one of")
	c.put(path+"/public", object{"content": "x"}).want(400, "type: must be one of personal, account")
	c.put(path+"/account", nil).want(400, "body: required")
	c.put(path+"/account", object{}).want(400, "content: required")
	c.put(path+"/account", object{"content": 1}).want(400, "content: must be a string")
	c.put(path+"/account", object{"content": "x", "type": "account"}).want(400, "type: unknown field")
	if b.state.Notes.Len() != 0 {
		t.Error("a refused note was kept")
	}
	c.put(path+"/account", object{"content": "x"}).want(200)
	c.delete("/api/v1/vms/"+id, nil).want(200)
	c.get(path).want(404, "VM not found")
	b.checkInvariants()
}
