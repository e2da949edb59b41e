package provider

import (
	"context"
	"errors"
	"os"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/rafftechnologies/terraform-provider-raff/internal/fastpath"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// address is where the provider is published, and what configurations name as its source.
const address = "registry.terraform.io/rafftechnologies/raff"

// closeTimeout bounds what the provider does at its end: Terraform kills it after two seconds.
const closeTimeout = 1500 * time.Millisecond

// NewServer returns a function that makes the server of the provider, as Terraform talks to it. version goes into the
// user agent.
func NewServer(version string) func() tfprotov6.ProviderServer {
	return func() tfprotov6.ProviderServer { return locate(fastpath.New(newProvider(version, tfkit.NewOpened()))) }
}

// NewServerWithError is [NewServer] in the form that tests with Terraform want.
func NewServerWithError(version string) func() (tfprotov6.ProviderServer, error) {
	return func() (tfprotov6.ProviderServer, error) { return NewServer(version)(), nil }
}

// Serve serves the provider until Terraform ends it; debug has it wait for a debugger instead of being started by
// Terraform. Then it closes what ephemeral resources have opened and Terraform has not closed, which it does only where
// nothing failed.
func Serve(ctx context.Context, version string, debug bool) error {
	SilenceLogs()
	var options []tf6server.ServeOpt
	if debug {
		options = append(options, tf6server.WithManagedDebug())
	}
	opened := tfkit.NewOpened()
	err := tf6server.Serve(address, func() tfprotov6.ProviderServer { return locate(fastpath.New(newProvider(version, opened))) }, options...)

	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeTimeout)
	defer cancel()
	return errors.Join(err, opened.Close(ctx))
}

// SilenceLogs turns the logs of the SDK and of the provider off unless a variable asks for any. Otherwise the SDK writes
// each line all the same, and Terraform reads each one to drop it: half of the time of a plan.
func SilenceLogs() {
	if logsWanted(os.Environ()) {
		return
	}
	for _, name := range []string{"TF_LOG_SDK", "TF_LOG_PROVIDER_RAFF"} {
		_ = os.Setenv(name, "OFF") // at worst it is slow
	}
}

// logsWanted tells whether a variable of an environment sets a level of logs, as TF_LOG or TF_LOG_PROVIDER_RAFF do.
func logsWanted(environment []string) bool {
	for _, variable := range environment {
		name, value, _ := strings.Cut(variable, "=")
		level := (name == "TF_LOG" || strings.HasPrefix(name, "TF_LOG_")) && name != "TF_LOG_PATH" && name != "TF_LOG_PATH_MASK" && name != "TF_LOG_SDK_PROTO_DATA_DIR"
		if level && value != "" && !strings.EqualFold(value, "off") {
			return true
		}
	}
	return false
}
