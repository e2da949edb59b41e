package effects

import (
	"fmt"
	"slices"
)

// ofVPC looks at who is in a VPC that goes: Raff deletes none with a VM in it.
func ofVPC(c Change, w World) []Effect {
	if !c.ends() {
		return nil
	}
	if slices.Contains(c.ReplacedBy, "project_id") {
		return nameInTheWay(c) // the VMs in it move along, or the plan is refused
	}
	inside := w.InVPC(c.Before.Text("id")).staying()
	if c.Action == Delete {
		if !inside.there() {
			return nil
		}
		return []Effect{{
			Kind: Fails, Short: "cannot be destroyed as planned", Beyond: true,
			Text: "In it: " + list(inside, "VMs") + ". Raff deletes no VPC with a VM in it: unless they leave it or end in the same apply, destroying it waits " +
				"for them until the delete timeout and fails.",
		}}
	}
	if taken := nameInTheWay(c); len(taken) > 0 {
		return taken
	}
	if !inside.there() {
		return nil
	}
	return replacedAroundVMs(c, inside)
}

// replacedAroundVMs is the effect of replacing a VPC that VMs are in. They can move only once the new one is there.
func replacedAroundVMs(c Change, inside Found) []Effect {
	named := "In it: " + list(inside, "VMs") + ". "
	if c.Order == CreateFirst {
		return []Effect{{
			Kind: Address, Short: "is replaced", Beyond: true,
			Text: named + "The new VPC is created first. A VM whose vpc_id refers to this resource moves there in place, without a restart, and gets another private address. " +
				"One that does not keeps the old VPC from being deleted.",
		}}
	}
	recipe := "lifecycle { create_before_destroy = true } in its block"
	if name := c.Before.Text("name"); c.After.Unknown("name") || c.After.Text("name") == name {
		recipe += fmt.Sprintf(", and another name than %q, which is unique in the account", name)
	}
	order := "Terraform destroys the old one first"
	if c.Order == UnknownOrder {
		order = "Unless create_before_destroy is set, Terraform destroys the old one first"
	}
	return []Effect{{
		Kind: Fails, Attribute: first(c.ReplacedBy), Short: "is replaced while VMs are in it", Beyond: true,
		Text: named + "Raff deletes no VPC with a VM in it, and they can only move once the new one is there. " + order +
			", which waits for them until the delete timeout and fails, if they do not end in the same apply. What works: " + recipe +
			". Then the new VPC is created first, each VM whose vpc_id refers to this resource moves there in place, without a restart and with another private address, " +
			"and the old VPC goes.",
	}}
}

func first(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return names[0]
}
