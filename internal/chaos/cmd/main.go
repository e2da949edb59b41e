// Command cmd runs the chaos machine; see package chaos.
package main

import (
	"context"
	"os"

	"github.com/rafftechnologies/terraform-provider-raff/internal/chaos"
)

func main() { os.Exit(chaos.Main(context.Background(), os.Args[1:], os.Stdout, os.Stderr)) }
