package record

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// What stands in place of what must not be seen.
const (
	madeUpSecret = "replaced"
	madeUpNote   = "The text of this note was replaced when the account was recorded."
	keyPrefix    = 13 // how much of an API key may be shown
)

// The public addresses of a backend: ranges for benchmarks (RFC 2544) and documentation (RFC 3849), and the gateways
// that it shows in them.
var (
	madeUpIPv4    = netip.MustParseAddr("198.19.0.0")
	madeUpIPv6    = netip.MustParseAddr("2001:db8::1:0:0")
	madeUpGateway = map[bool]string{true: "198.18.0.1", false: "2001:db8::1"}
)

var (
	secretField = regexp.MustCompile(`(?i)(^|_)(secret|password|token|private_key|kubeconfig|credentials?)($|_)`)
	apiKeyText  = regexp.MustCompile(`raff_[0-9A-Za-z]{8,}`)
	pemText     = regexp.MustCompile(`(?s)-----BEGIN [^-]*PRIVATE KEY-----.*?(-----END [^-]*-----|$)`)
	emailText   = regexp.MustCompile(`[\pL\pN._%+\-]+@[\pL\pN.\-]+`)
	ipv4Text    = regexp.MustCompile(`[0-9]{1,3}(\.[0-9]{1,3}){3}`)
	ipv6Text    = regexp.MustCompile(`[0-9A-Fa-f]{0,4}(:[0-9A-Fa-f]{0,4}){2,7}(\.[0-9]{1,3}){0,3}`)

	// notPublic are ranges that the methods of netip do not name.
	notPublic = []netip.Prefix{
		netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("240.0.0.0/4"),
	}
)

// nameFields are those that hold the name of an object, its own or another's.
var nameFields = []string{"name", "slug", "project_name", "role", "role_name", "role_slug", "network_name"}

// namedLists are the operations whose objects have names that their owner has given.
var namedLists = []string{
	"listProjects", "listApiKeys", "listRoles", "listSSHKeys", "listVPCs", "listSecurityGroups", "listVMs", "listVolumes",
	"listSnapshots", "listBackupSchedules", "listBackups",
}

// masker puts made-up values in place of secrets, email addresses, public IP addresses and, if told so, names. The same
// value gets the same stand-in everywhere, and, as they are counted, nothing of it is left.
type masker struct {
	key                string            // the API key in use; "" for none
	names              map[string]string // nil: names stay
	people             map[string]string
	addresses          map[string]string
	lastIPv4, lastIPv6 netip.Addr
}

func newMasker() *masker {
	return &masker{people: map[string]string{}, addresses: map[string]string{}, lastIPv4: madeUpIPv4, lastIPv6: madeUpIPv6}
}

// all masks everything that was read, in the order of the calls.
func (m *masker) all(lists map[string][]item, names bool) {
	if names {
		m.learnNames(lists)
	}
	for _, operation := range reads {
		for _, found := range lists[operation] {
			m.object(found.value)
		}
	}
	for _, operation := range []string{"listApiKeys", "getApiKey"} {
		for _, found := range lists[operation] {
			key := found.value
			if inner, ok := key["data"].(map[string]any); ok {
				key = inner
			}
			if id, ok := identifier(key); ok {
				key["key_prefix"] = secretOf(id)[:keyPrefix]
			}
		}
	}
}

// learnNames collects the names that are to be replaced: those of the platform's own roles stay, and so does what is
// called like one.
func (m *masker) learnNames(lists map[string][]item) {
	m.names = map[string]string{}
	reserved := map[any]bool{}
	for _, found := range lists["listRoles"] {
		if found.value["is_system"] == true {
			reserved[found.value["name"]], reserved[found.value["slug"]] = true, true
		}
	}
	learn := func(name any) {
		if name, ok := name.(string); ok && name != "" && m.names[name] == "" && !reserved[name] {
			m.names[name] = fmt.Sprintf("name-%d", len(m.names)+1)
		}
	}
	for _, operation := range namedLists {
		for _, found := range lists[operation] {
			learn(found.value["name"])
			learn(found.value["slug"])
			tags, _ := found.value["tags"].([]any)
			for _, tag := range tags {
				if tag, ok := tag.(map[string]any); ok {
					learn(tag["name"])
				}
			}
		}
	}
}

// object masks what an object holds, in place.
func (m *masker) object(object map[string]any) {
	for _, field := range sorted(object) {
		object[field] = m.value(field, object[field])
	}
}

func (m *masker) value(field string, value any) any {
	switch value := value.(type) {
	case map[string]any:
		m.object(value)
	case []any:
		for i := range value {
			value[i] = m.value(field, value[i])
		}
	case string:
		return m.field(field, value)
	}
	return value
}

func (m *masker) field(field, text string) string {
	switch {
	case text == "":
		return ""
	case secretField.MatchString(field):
		return madeUpSecret
	case field == "content":
		return madeUpNote
	case field == "gateway":
		if address, err := netip.ParseAddr(text); err == nil && isPublic(address) {
			return madeUpGateway[address.Is4()]
		}
	case m.names == nil:
	case field == "description":
		return "description"
	case field == "public_key":
		text = strings.Join(strings.Fields(text)[:min(2, len(strings.Fields(text)))], " ")
	case slices.Contains(nameFields, field) && m.names[text] != "":
		return m.names[text]
	}
	return m.text(text)
}

// text masks what a text may hold.
func (m *masker) text(text string) string {
	if m.key != "" {
		text = strings.ReplaceAll(text, m.key, madeUpSecret)
	}
	text = pemText.ReplaceAllString(text, madeUpSecret)
	text = apiKeyText.ReplaceAllString(text, "raff_"+madeUpSecret)
	text = emailText.ReplaceAllStringFunc(text, m.person)
	text = ipv4Text.ReplaceAllStringFunc(text, m.address)
	return ipv6Text.ReplaceAllStringFunc(text, m.address)
}

// words masks what an API says in its own words, for people to read.
func (m *masker) words(text string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, m.text(text))
}

// person is the stand-in for an email address. A domain that ends in .invalid is nobody's: a backend uses it for keys.
func (m *masker) person(address string) string {
	if strings.HasSuffix(address, ".invalid") {
		return address
	}
	key := strings.ToLower(address)
	if m.people[key] == "" {
		m.people[key] = fmt.Sprintf("person%d@example.com", len(m.people)+1)
	}
	return m.people[key]
}

// address is the stand-in for a public address; anything else stays as it is.
func (m *masker) address(text string) string {
	address, err := netip.ParseAddr(text)
	if err != nil || !isPublic(address) {
		return text
	}
	key := address.String()
	if m.addresses[key] == "" {
		last := &m.lastIPv6
		if address.Is4() {
			last = &m.lastIPv4
		}
		*last = last.Next()
		m.addresses[key] = last.String()
	}
	return m.addresses[key]
}

func isPublic(address netip.Addr) bool {
	return address.IsGlobalUnicast() && !address.IsPrivate() &&
		!slices.ContainsFunc(notPublic, func(r netip.Prefix) bool { return r.Contains(address.Unmap()) })
}

// secretOf is a made-up secret for an API key: the same at each recording.
func secretOf(id string) string {
	sum := sha256.Sum256([]byte("raff/recorded/" + id))
	return "raff_" + hex.EncodeToString(sum[:])
}
