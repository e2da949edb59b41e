// Command cmd runs a provider and writes down what it has cost; see package launcher.
package main

import (
	"fmt"
	"os"

	"github.com/rafftechnologies/terraform-provider-raff/internal/bench/launcher"
)

func main() {
	code, err := launcher.Run(os.Args[0], os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	os.Exit(code)
}
