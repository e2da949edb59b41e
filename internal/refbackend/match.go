package refbackend

import "net/http"

// OperationOf returns the operationId of what a request asks for; "" when no route fits.
func (s *Server) OperationOf(r *http.Request) string {
	_, pattern := s.mux.Handler(r)
	for _, op := range s.operations {
		if op.method+" "+op.path == pattern {
			return op.id
		}
	}
	return ""
}
