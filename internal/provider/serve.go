package provider

import (
	"context"
	"errors"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// closeTimeout bounds what the provider does at its end: Terraform kills it after two seconds.
const closeTimeout = 1500 * time.Millisecond

// Serve serves the provider until Terraform ends it. Then it closes what ephemeral resources have opened
// and Terraform has not closed, which it does only where nothing failed.
func Serve(ctx context.Context, version string, options providerserver.ServeOpts) error {
	opened := tfkit.NewOpened()
	err := providerserver.Serve(ctx, func() provider.Provider { return &raffProvider{version: version, opened: opened} }, options)

	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeTimeout)
	defer cancel()
	return errors.Join(err, opened.Close(ctx))
}
