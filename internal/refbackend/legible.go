package refbackend

import (
	"fmt"
	"strings"
	"unicode"
)

// legible shows what a text has in it that people cannot see, and that could make them see something else: characters
// that turn the direction of what follows, that have no width, or that control a terminal. "a\u202eb" becomes
// "a⟨U+202E⟩b".
func legible(text string) string {
	if strings.IndexFunc(text, isInvisible) < 0 {
		return text
	}
	var out strings.Builder
	for _, r := range text {
		if isInvisible(r) {
			fmt.Fprintf(&out, "⟨U+%04X⟩", r)
			continue
		}
		out.WriteRune(r)
	}
	return out.String()
}

// isInvisible tells of control and format characters, and of the separators of lines and paragraphs. The joiners of
// emoji and of several scripts are format characters that stay as they are.
func isInvisible(r rune) bool {
	const zeroWidthNonJoiner, zeroWidthJoiner = 0x200c, 0x200d
	if r == zeroWidthNonJoiner || r == zeroWidthJoiner {
		return false
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
}
