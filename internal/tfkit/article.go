package tfkit

import (
	"regexp"
	"slices"
	"strings"
)

// withArticle puts the indefinite article before what messages call an object: "a VM", "an IP".
func withArticle(noun string) string {
	return articleOf(noun) + " " + noun
}

// SentenceArticle is an indefinite article at the beginning of a sentence, with its noun: "An Ubuntu 24.04".
func SentenceArticle(noun string) string {
	return capitalized(withArticle(noun))
}

var (
	// spelled finds a word that is read letter by letter: "VM", "IPv4", "NVMe".
	spelled = regexp.MustCompile(`^[A-Z]{2,}([a-z]|v[0-9]+)?$|^[A-Z][0-9]*$`)
	// firstWord is what the article goes by: "SSH" of "SSH key".
	firstWord = regexp.MustCompile(`^[A-Za-z0-9]+`)
	// likeYou finds words whose first vowel is spoken as in "you", or as in "one".
	likeYou = regexp.MustCompile(`^(?i)(uni([^nm]|$)|us(e|a|u)|uti|ura|eu|ewe|one\b|once\b)`)
	// silentH finds words whose h is not spoken.
	silentH = regexp.MustCompile(`^(?i)(hour|honest|honou?r|heir)`)
	// eighty finds numbers that begin with "eight" or "eleven".
	eighty = regexp.MustCompile(`^(8\d*|11|18)$`)
)

// asWords are abbreviations that are read as words.
var asWords = []string{"NAT", "RAM", "LAN", "SAN", "RAID", "SUSE", "REST", "JSON", "MAC", "RHEL"}

// articleOf is the indefinite article of a noun, an abbreviation, a number, or the name of a system: it goes by the
// sound that the first word begins with.
func articleOf(noun string) string {
	word := firstWord.FindString(noun)
	var vowel bool
	switch {
	case word == "":
	case word[0] >= '0' && word[0] <= '9':
		vowel = eighty.MatchString(word)
	case spelled.MatchString(word) && !slices.Contains(asWords, word):
		vowel = strings.ContainsRune("AEFHILMNORSX", rune(word[0])) // as in "an em"; U is "you"
	case silentH.MatchString(word):
		vowel = true
	default:
		vowel = strings.ContainsRune("aeiouAEIOU", rune(word[0])) && !likeYou.MatchString(word)
	}
	if vowel {
		return "an"
	}
	return "a"
}
