package refbackend

import (
	"crypto/sha256"
	_ "embed" // the page
	"encoding/base64"
	"net/http"
	"strings"
)

// The page shows what is in the account. It is one document without outside assets; its data come from serveOverview.
var (
	//go:embed web/page.html
	pageHTML string
	//go:embed web/page.css
	pageStyle string
	//go:embed web/page.js
	pageScript string
)

// page is the whole document, and pagePolicy what a browser may do for it: run this script, apply this style and talk
// to this server. Whatever else should get into the page is dead text.
var (
	page = strings.NewReplacer(
		"<style></style>", "<style>"+pageStyle+"</style>",
		"<script></script>", "<script>"+pageScript+"</script>",
	).Replace(pageHTML)
	pagePolicy = "default-src 'none'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " +
		"img-src data:; style-src " + policyHash(pageStyle) + "; script-src " + policyHash(pageScript)
)

// policyHash is how a content security policy names an inline script or style.
func policyHash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// servePage answers the page itself, which is the same for everybody.
func servePage(w http.ResponseWriter, _ *http.Request) {
	header := w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Security-Policy", pagePolicy)
	header.Set("Cross-Origin-Resource-Policy", "same-origin")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Cache-Control", "no-cache")
	_, _ = w.Write([]byte(page))
}
