//go:build !race

package provider_test

// raceDetector tells whether the tests run with the race detector.
const raceDetector = false
