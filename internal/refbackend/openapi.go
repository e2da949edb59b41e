package refbackend

import (
	"bytes"
	_ "embed" // the description
	"net/http"
)

// openAPI describes the API: what the tests hold the backend and the client to, and what users can read of it.
//
//go:embed openapi.yaml
var openAPI []byte

// OpenAPI returns the description of the API, an OpenAPI document in YAML.
func OpenAPI() []byte { return bytes.Clone(openAPI) }

// serveOpenAPI answers the description, which is the same for everybody.
func serveOpenAPI(w http.ResponseWriter, _ *http.Request) {
	header := w.Header()
	header.Set("Content-Type", "application/yaml")
	header.Set("Cross-Origin-Resource-Policy", "same-origin")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Cache-Control", "no-cache")
	_, _ = w.Write(openAPI)
}
