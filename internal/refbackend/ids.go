package refbackend

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/netip"
)

// random is a seeded stream of numbers whose position can be saved.
type random struct {
	pcg *rand.PCG
}

// newRandom returns one of several independent streams of a seed.
func newRandom(seed, stream uint64) random {
	return random{pcg: rand.NewPCG(seed, stream)}
}

func (r random) uint64() uint64   { return r.pcg.Uint64() }
func (r random) intN(n int) int   { return rand.New(r.pcg).IntN(n) }
func (r random) float64() float64 { return rand.New(r.pcg).Float64() }

// bytes returns the next n bytes of the stream.
func (r random) bytes(n int) []byte {
	out := make([]byte, 0, n+7)
	for len(out) < n {
		out = binary.LittleEndian.AppendUint64(out, r.uint64())
	}
	return out[:n]
}

// MarshalJSON saves the position of the stream.
func (r random) MarshalJSON() ([]byte, error) {
	position, err := r.pcg.MarshalBinary()
	if err != nil {
		return nil, err
	}
	return json.Marshal(position)
}

// UnmarshalJSON goes on at a saved position.
func (r *random) UnmarshalJSON(data []byte) error {
	var position []byte
	if err := json.Unmarshal(data, &position); err != nil {
		return err
	}
	r.pcg = new(rand.PCG)
	return r.pcg.UnmarshalBinary(position)
}

// generator makes every identifier of a backend from its one seed. It is part of the state, so that a restored
// backend goes on without repeating itself.
type generator struct {
	Random   random
	First    int            // the first integer id of each kind, less one
	Counters map[string]int // integer ids given out, by kind
	IPv4     addressPool
	IPv6     addressPool
}

// The public pools lie in ranges that are set aside for benchmarks (RFC 2544) and documentation (RFC 3849): no
// address of a backend is ever somebody's host.
var (
	poolIPv4 = netip.MustParsePrefix("198.18.0.0/15")
	poolIPv6 = netip.MustParsePrefix("2001:db8::/111")
)

// gatewayOffset is where the gateway of a public pool lies.
const gatewayOffset = 1

func newGenerator(seed uint64) generator {
	r := newRandom(seed, 1)
	return generator{
		Random:   r,
		First:    1000 + r.intN(9000),
		Counters: map[string]int{},
		IPv4:     newAddressPool(poolIPv4, r),
		IPv6:     newAddressPool(poolIPv6, r),
	}
}

// uuid returns a version 4 UUID.
func (g *generator) uuid() string {
	return formatUUID(g.Random.bytes(16), 4)
}

// integer returns the next id of a kind whose ids are integers.
func (g *generator) integer(kind string) int {
	g.Counters[kind]++
	return g.First + g.Counters[kind]
}

// mac returns a locally administered hardware address.
func (g *generator) mac() string {
	b := g.Random.bytes(4)
	return fmt.Sprintf("02:00:%02x:%02x:%02x:%02x", b[0], b[1], b[2], b[3])
}

// secret returns an API key: raff_ and 64 hex characters.
func (g *generator) secret() string {
	return "raff_" + hex.EncodeToString(g.Random.bytes(32))
}

// catalogID names a thing of the platform itself (a template, a system role): it is the same under every seed.
func catalogID(kind, name string) string {
	sum := sha256.Sum256([]byte("raff/" + kind + "/" + name))
	return formatUUID(sum[:16], 8)
}

// formatUUID writes 16 bytes as a UUID of the given version (RFC 9562).
func formatUUID(b []byte, version byte) string {
	b[6] = b[6]&0x0f | version<<4
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[0:4], b[4:6], b[6:8], b[8:10], b[10:16])
}

// addressPool hands out public addresses of one family.
type addressPool struct {
	Range netip.Prefix
	Next  uint32              // offset of the next candidate
	Used  map[netip.Addr]bool `json:"-"` // those of all floating IPs: restored from them
}

func newAddressPool(prefix netip.Prefix, r random) addressPool {
	return addressPool{Range: prefix, Next: uint32(r.intN(1 << 16)), Used: map[netip.Addr]bool{}}
}

// take returns a free address; false when every one is in use.
func (p *addressPool) take() (netip.Addr, bool) {
	size := uint32(1) << (p.Range.Addr().BitLen() - p.Range.Bits())
	for range size {
		// The first two offsets are the network and the gateway, the last one is the broadcast address.
		offset := gatewayOffset + 1 + p.Next%(size-3)
		p.Next = (p.Next + 1) % (size - 3)
		addr := addressAt(p.Range, offset)
		if !p.Used[addr] {
			p.Used[addr] = true
			return addr, true
		}
	}
	return netip.Addr{}, false
}

// put gives an address back.
func (p *addressPool) put(addr netip.Addr) { delete(p.Used, addr) }

// addressAt returns the address at an offset into a range.
func addressAt(prefix netip.Prefix, offset uint32) netip.Addr {
	b := prefix.Masked().Addr().AsSlice()
	low := b[len(b)-4:]
	binary.BigEndian.PutUint32(low, binary.BigEndian.Uint32(low)+offset)
	addr, _ := netip.AddrFromSlice(b)
	return addr
}
