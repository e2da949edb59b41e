package client

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
)

// The catalogue is read without a key, and no header says otherwise.
func TestPublic_sendsNoKey(t *testing.T) {
	t.Parallel()
	var asked []*http.Request
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r)
		_, _ = w.Write([]byte(`{"success":true,"regions":[{"id":1,"code":"us-east","name":"US East","country_code":"US","is_default":true}]}`))
	}))
	t.Cleanup(server.Close)
	p, err := NewPublic(Options{URL: server.URL})
	if err != nil {
		t.Fatal(err)
	}
	regions, err := p.ListRegions(t.Context())
	if err != nil || len(regions) != 1 || regions[0].Code != "us-east" {
		t.Fatalf("got %v, %v", regions, err)
	}
	if len(asked) != 1 || asked[0].URL.Path != "/api/v1/public/regions" {
		t.Fatalf("asked %v", asked)
	}
	for _, name := range []string{apiKeyHeader, "X-Project-ID", "Authorization"} {
		if _, sent := asked[0].Header[http.CanonicalHeaderKey(name)]; sent {
			t.Errorf("%s was sent", name)
		}
	}
}

// An error of a client without a key is as legible as any: nothing is masked in it.
func TestPublic_errorIsLegible(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"success":false,"message":"no such region"}`))
	}))
	t.Cleanup(server.Close)
	p, err := NewPublic(Options{URL: server.URL})
	if err != nil {
		t.Fatal(err)
	}
	_, err = p.GetVolumePricing(t.Context(), "nowhere")
	var refused *Error
	if !errors.As(err, &refused) || refused.Message != "no such region" {
		t.Errorf("got %v", err)
	}
}

func TestNewPublic_options(t *testing.T) {
	t.Parallel()
	if _, err := NewPublic(Options{URL: "http://127.0.0.1", APIKey: "raff_x"}); !errors.Is(err, ErrInvalidKey) {
		t.Errorf("a key: got %v", err)
	}
	if _, err := NewPublic(Options{URL: "ftp://127.0.0.1"}); err == nil {
		t.Error("an address that is none was accepted")
	}
	if _, err := New(Options{URL: "http://127.0.0.1"}); !errors.Is(err, ErrInvalidKey) {
		t.Errorf("no key: got %v", err)
	}
}
