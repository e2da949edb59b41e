// Package record reads an account over the API and writes a seed file of it, together with a report of where the
// answers depart from the project's description of the API.
//
// It sends GET requests only, to one host only. What it writes holds no secret, no email address and no public IP
// address: stable made-up ones stand in their place, and fields that the description does not know are left out.
package record
