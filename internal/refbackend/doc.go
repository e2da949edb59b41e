// Package refbackend is a stateful copy of the Raff API for tests, demos and modules under test.
//
// A [Server] is an [http.Handler] that keeps one account in memory and enforces the rules of the real service:
// project scoping, permissions, states, limits and error bodies. It is strict (what the API description, openapi.yaml,
// does not allow is a 400 that names the field), deterministic (one seed fixes every id, address and secret; the clock is
// injectable) and safe for concurrent use.
//
// The package has wire types of its own and imports nothing of the client or the provider: a wrong field name on
// one side cannot agree with itself.
//
// How a request is judged, first failure wins:
//
//	401  key missing, unknown, revoked or expired
//	429  over the rate limit of the key
//	404  no such route (405 where only the method is wrong)
//	400  malformed identifier in the path, bad or unknown query parameter
//	400  X-Project-ID missing on a mutation; 403 when it names a project out of reach
//	404  no such object in that project
//	403  permission missing
//	400  body
//	409  state
//
// What of it knows no type of object is in packages of its own: input reads the bodies of requests, store keeps objects and
// tells what has changed in them, datafile is the format and the lock of the data file, and clock tells the time. The
// operations of a type, and its rules, are in a file that is named after it; operation is what they have in common, and noun
// the type itself.
package refbackend
