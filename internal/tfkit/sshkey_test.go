package tfkit

import "testing"

func TestSSHKeyProblem(t *testing.T) {
	const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINMPywB6wxoHGe2HFXAKQfZMgC/tvsQ6ZeFVOv4OYp3B"
	for text, want := range map[string]string{
		key:                                    "",
		key + " me@example":                    "",
		"  " + key + "  \n":                    "",
		"":                                     "this is none",
		"ssh-ed25519 AAAA me":                  "this is none",
		"5d1f0c9e-6c0b-4a53-9d2f-3b1a7e1c9f42": "this is none",
		key + "\n" + key:                       "these are several",
		"no-pty " + key:                        "this one has options before the key",
		"-----BEGIN OPENSSH PRIVATE KEY-----\nx\n-----END OPENSSH PRIVATE KEY-----": "this is a private key, which must not leave its owner",
	} {
		if got := sshKeyProblem(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func FuzzSSHKeyProblem(f *testing.F) {
	f.Add("ssh-ed25519 AAAA me")
	f.Add("\x00")
	f.Fuzz(func(_ *testing.T, text string) { sshKeyProblem(text) }) // must not panic
}
