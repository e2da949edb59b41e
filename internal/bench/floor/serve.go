package floor

import (
	"os"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
)

// address is that of the real provider.
const address = "registry.terraform.io/rafftechnologies/raff"

// Serve serves the floor until Terraform ends it. Its logs are off unless a TF_LOG variable asks for some.
func Serve() error {
	if !logsWanted() {
		for _, name := range []string{"TF_LOG_SDK", "TF_LOG_PROVIDER"} {
			if err := os.Setenv(name, "OFF"); err != nil {
				return err
			}
		}
	}
	return tf6server.Serve(address, New)
}

func logsWanted() bool {
	for _, variable := range os.Environ() {
		if strings.HasPrefix(variable, "TF_LOG") {
			return true
		}
	}
	return false
}
