package command

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"
)

// answerTimeout is how long the backend may take to answer the first request, which it makes itself.
const answerTimeout = 10 * time.Second

// addresses are the URLs that are served.
type addresses struct {
	api       string
	elsewhere []string // the API for other machines
	admin     string   // "" when its endpoints are not served
}

// withPort completes an address that is only a host: 0.0.0.0, [::].
func withPort(address, port string) string {
	if _, _, err := net.SplitHostPort(address); err == nil {
		return address
	}
	return net.JoinHostPort(strings.Trim(address, "[]"), port)
}

// loopback resolves an address that only this machine reaches, and refuses any other.
func loopback(address string) (string, error) {
	resolved, err := net.ResolveTCPAddr("tcp", address)
	if err != nil {
		return "", err
	}
	if !resolved.IP.IsLoopback() {
		return "", fmt.Errorf("%s can be reached from other machines; must be like 127.0.0.1:8081", address)
	}
	return resolved.String(), nil
}

// listen listens on what an address says: 0.0.0.0 is IPv4 only, where Go would take IPv6 as well.
func listen(ctx context.Context, address string) (net.Listener, error) {
	network := "tcp"
	if host, _, err := net.SplitHostPort(address); err == nil {
		if ip, err := netip.ParseAddr(host); err == nil && ip.Is4() {
			network = "tcp4"
		}
	}
	var config net.ListenConfig
	return config.Listen(ctx, network, address)
}

// reachable returns the URL of a listener that answers on this machine, and those under which others may reach it. A
// listener on all addresses (0.0.0.0, [::]) has one that nobody can connect to.
func reachable(ctx context.Context, listener net.Listener) (url string, elsewhere []string, err error) {
	own, err := netip.ParseAddrPort(listener.Addr().String())
	if err != nil {
		return "", nil, err
	}
	candidates := []netip.Addr{own.Addr()}
	if own.Addr().IsUnspecified() {
		candidates = []netip.Addr{netip.AddrFrom4([4]byte{127, 0, 0, 1}), netip.IPv6Loopback()}
		elsewhere = elsewhereAt(own)
	}
	var failed []error
	for _, address := range candidates {
		url = "http://" + netip.AddrPortFrom(address, own.Port()).String()
		if err := answers(ctx, url); err != nil {
			failed = append(failed, err)
			continue
		}
		return url, elsewhere, nil
	}
	return "", nil, fmt.Errorf("nothing is answered on %s: %w", listener.Addr(), errors.Join(failed...))
}

// answers tells whether a backend answers at a URL. No proxy stands between.
func answers(ctx context.Context, url string) error {
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/", http.NoBody)
	if err != nil {
		return err
	}
	transport := &http.Transport{DisableKeepAlives: true}
	response, err := transport.RoundTrip(request)
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: status %d", url, response.StatusCode)
	}
	return errors.Join(err, response.Body.Close())
}

// elsewhereAt lists this machine's addresses in its networks, as far as a listener on all of them takes them.
func elsewhereAt(own netip.AddrPort) []string {
	all, err := net.InterfaceAddrs()
	if err != nil {
		return nil // there may be some, but none that is known
	}
	var urls []string
	for _, one := range all {
		network, ok := one.(*net.IPNet)
		if !ok || !network.IP.IsGlobalUnicast() {
			continue
		}
		address, ok := netip.AddrFromSlice(network.IP)
		if !ok || own.Addr().Is4() && !address.Unmap().Is4() {
			continue
		}
		urls = append(urls, "http://"+netip.AddrPortFrom(address.Unmap(), own.Port()).String())
	}
	return urls
}
