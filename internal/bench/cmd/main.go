// Command cmd measures the provider; see package bench.
package main

import (
	"context"
	"os"

	"github.com/rafftechnologies/terraform-provider-raff/internal/bench"
)

func main() { os.Exit(bench.Main(context.Background(), os.Args[1:], os.Stdout, os.Stderr)) }
