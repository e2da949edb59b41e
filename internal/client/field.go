package client

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
)

var (
	// leadingField is how the API begins a refusal of one field: "size: must be…", "rules[0].range: …".
	leadingField = regexp.MustCompile(`^([a-z][a-z0-9_]*)(?:\[\d+\]|\.[a-z0-9_]+)*: `)
	// quotedText is what a message quotes, such as the name of an object, which may look like a field.
	quotedText = regexp.MustCompile(`"[^"]*"`)
	// takenName is how the API says that a name is not free.
	takenName = regexp.MustCompile(`\bnamed? +(?:\S+ +)?(?:already exists|is taken|is already)`)
	fieldWord = regexp.MustCompile(`[A-Za-z][A-Za-z0-9_]*`)
)

// requestFields are the fields of requests whose names mean nothing else in a sentence.
var requestFields = []string{
	"api_key_id", "billing_period", "cidr", "day_of_week", "default_region", "email", "expires_at", "extra_storage", "extra_storage_type",
	"filesystem_type", "ip_id", "is_active", "keep_count", "new_size", "nic_id", "password", "permissions", "pricing_id", "public_key",
	"rate_limit_tier", "region", "resource_id", "role_id", "security_group_id", "skip_public_ip", "slug", "ssh_keys", "target_user_id",
	"template_id", "volume_id", "volume_type", "vm_id", "vpc_cidr", "vpc_id", "vpc_name",
}

// Field returns the field of the request that the API has refused, as far as its answer names one: at the beginning of
// the message, or as a word in it. It is empty for an error that is about no field.
func (e *Error) Field() string {
	refused := e.Status == http.StatusBadRequest || e.Status == http.StatusConflict || e.Status == http.StatusUnprocessableEntity
	if !refused || e.Foreign {
		return ""
	}
	if leading := leadingField.FindStringSubmatch(e.Message); leading != nil {
		return leading[1]
	}
	message := quotedText.ReplaceAllString(e.Message, "")
	if takenName.MatchString(message) {
		return "name"
	}
	for _, word := range fieldWord.FindAllString(message, -1) {
		if word = strings.ToLower(word); slices.Contains(requestFields, word) {
			return word
		}
	}
	return ""
}
