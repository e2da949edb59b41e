package chaos

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend/clock"
)

// backend is a running reference backend, in this process or in one of its own. It is driven over HTTP in both cases.
type backend struct {
	api, admin string // addresses
	owner      string // the Owner's key
	projects   map[string]string
	offset     time.Duration // how far its clock is from this machine's
	stop       func()
	// restart kills the process and starts another one with the same data; nil where there is none.
	restart func() error
}

// transport makes a connection for each request: one that is kept may break, and be taken for a fault.
var transport = &http.Transport{DisableKeepAlives: true}

var httpClient = &http.Client{Transport: transport, Timeout: 30 * time.Second}

// startBackend starts a backend in this process.
func startBackend(options refbackend.Options, offset time.Duration) (*backend, error) {
	options.Clock = clock.New(time.Now().Add(offset), 1)
	options.NoRateLimit = true
	server, err := refbackend.New(options)
	if err != nil {
		return nil, err
	}
	api, stopAPI, err := serve(server)
	if err != nil {
		return nil, err
	}
	admin, stopAdmin, err := serve(server.Admin())
	if err != nil {
		stopAPI()
		return nil, err
	}
	account := server.Account()
	return &backend{
		api: api, admin: admin, owner: account.OwnerKey, projects: account.Projects, offset: offset,
		stop: func() { stopAPI(); stopAdmin() },
	}, nil
}

// serve serves a handler on a free port of this machine.
func serve(handler http.Handler) (url string, stop func(), err error) {
	var config net.ListenConfig
	listener, err := config.Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(listener) }()
	return "http://" + listener.Addr().String(), func() { _ = server.Close() }, nil
}

// request makes a request to the backend itself, past every fault of the gate.
func (b *backend) request(ctx context.Context, method, url, project string, body any) ([]byte, error) {
	var content io.Reader = http.NoBody
	if body != nil {
		encoded, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		content = bytes.NewReader(encoded)
	}
	request, err := http.NewRequestWithContext(ctx, method, url, content)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("X-API-Key", b.owner)
	if project != "" {
		request.Header.Set("X-Project-ID", project)
	}
	response, err := httpClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode >= 300 {
		err = fmt.Errorf("%s %s: %s: %s", method, url, response.Status, bytes.TrimSpace(answer))
	}
	return answer, err
}

// call makes a request of the API with the Owner's key, and returns the "data" of its answer.
func (b *backend) call(ctx context.Context, method, path, project string, body any) (json.RawMessage, error) {
	answer, err := b.request(ctx, method, b.api+"/api/v1"+path, project, body)
	if err != nil {
		return nil, err
	}
	var parsed struct{ Data json.RawMessage }
	err = json.Unmarshal(answer, &parsed)
	return parsed.Data, err
}

// make creates something, and returns its id.
func (b *backend) make(ctx context.Context, path, project string, body any) (string, error) {
	answer, err := b.call(ctx, http.MethodPost, path, project, body)
	if err != nil {
		return "", err
	}
	var made struct{ ID any }
	if err := json.Unmarshal(answer, &made); err != nil {
		return "", err
	}
	return fmt.Sprint(made.ID), nil
}

const reference = "/_reference"

// inventory is what the account holds, by the backend's own word.
func (b *backend) inventory(ctx context.Context) ([]Object, error) {
	archive, err := b.request(ctx, http.MethodGet, b.admin+reference+"/snapshot", "", nil)
	if err != nil {
		return nil, err
	}
	return readInventory(archive)
}

// setFaults puts rules in place of those in force. Without any, the backend behaves.
func (b *backend) setFaults(ctx context.Context, faults []fault, pace []paceRule) error {
	_, err := b.request(ctx, http.MethodDelete, b.admin+reference+"/faults", "", nil)
	for _, f := range faults {
		_, failed := b.request(ctx, http.MethodPost, b.admin+reference+"/faults", "", f)
		err = errors.Join(err, failed)
	}
	if len(pace) == 0 {
		_, failed := b.request(ctx, http.MethodDelete, b.admin+reference+"/pace", "", nil)
		return errors.Join(err, failed)
	}
	_, failed := b.request(ctx, http.MethodPut, b.admin+reference+"/pace", "", pace)
	return errors.Join(err, failed)
}

// advance moves the backend's clock forward.
func (b *backend) advance(ctx context.Context, by time.Duration) error {
	_, err := b.request(ctx, http.MethodPost, b.admin+reference+"/clock/advance", "", map[string]any{"by": by.String()})
	if err == nil {
		b.offset += by
	}
	return err
}

// spoilt counts the calls that the rules in force have spoilt.
func (b *backend) spoilt(ctx context.Context) int {
	answer, err := b.request(ctx, http.MethodGet, b.admin+reference+"/faults", "", nil)
	var listed struct {
		Faults []struct {
			Spoilt int `json:"struck"`
		}
	}
	if err != nil || json.Unmarshal(answer, &listed) != nil {
		return 0
	}
	total := 0
	for _, f := range listed.Faults {
		total += f.Spoilt
	}
	return total
}

// journal is the backend's own list of requests, as JSON.
func (b *backend) journal(ctx context.Context) []byte {
	answer, err := b.request(ctx, http.MethodGet, b.admin+reference+"/journal", "", nil)
	if err != nil {
		return []byte(err.Error())
	}
	return answer
}
