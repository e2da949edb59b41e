package provider

import "testing"

// Logs are written where a variable asks for a level, and nowhere else: they cost as much as all the rest of a plan.
func TestLogsWanted(t *testing.T) {
	for variable, want := range map[string]bool{
		"TF_LOG=DEBUG":                    true,
		"TF_LOG=json":                     true,
		"TF_LOG_CORE=trace":               true,
		"TF_LOG_PROVIDER=INFO":            true,
		"TF_LOG_PROVIDER_RAFF=WARN":       true,
		"TF_LOG_SDK_PROTO=TRACE":          true,
		"TF_LOG=":                         false,
		"TF_LOG=off":                      false,
		"TF_LOG_SDK=OFF":                  false,
		"TF_LOG_PATH=terraform.log":       false,
		"TF_LOG_SDK_PROTO_DATA_DIR=/data": false,
		"TF_LOGIN=1":                      false,
		"HOME=/root":                      false,
	} {
		if got := logsWanted([]string{"PATH=/bin", variable}); got != want {
			t.Errorf("%s: got %t", variable, got)
		}
	}
}
