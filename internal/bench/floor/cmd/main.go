// Command cmd serves the floor as a provider process; see package floor.
package main

import (
	"fmt"
	"os"

	"github.com/rafftechnologies/terraform-provider-raff/internal/bench/floor"
)

func main() {
	if err := floor.Serve(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
