package client

import (
	"math"
	"time"
)

const (
	// othersMemory is how fast what others have sent is forgotten.
	othersMemory = 3 * time.Second
	// othersNoticed is when others count, and othersMost how much of them is kept in mind, both as parts of what a second
	// allows. What requests that overtake each other feign stays below the first.
	othersNoticed, othersMost = 4.0 / 30, 12.0 / 30
	// emptyShare is by what the rate is divided where nothing remains: as many clients can share a key.
	emptyShare = 32

	// stuckAfter is how long, and for at least how many answers, Remaining may stand still before it is doubted, and doubtless
	// how long until it counts for nothing.
	stuckAfter   = 3 * time.Second
	stuckAnswers = 5
	doubtless    = 5 * time.Second
)

// share tells how much of the limit is for this client where others use the same key.
//
// All of them see the same number of remaining requests, and each derives its rate from that number alone, in the same way:
// the less remains, the slower. So all have the same rate without knowing of each other, the number settles where the rates
// add up to the limit, and whoever joins or leaves moves it within a second.
type share struct {
	tier float64 // requests a second that the API allows the key

	// others is what others have lately taken, as far as Remaining fell by more than this client has sent.
	others   float64
	othersAt time.Time

	remaining float64 // by the newest request that has an answer
	newest    int64   // number of that request
	known     bool    // there was such an answer

	// The value that Remaining has had since then, give or take one, in so many answers up to the last.
	held        float64
	heldSince   time.Time
	heldLast    time.Time
	heldAnswers int
}

// fade forgets what others did long ago.
func (s *share) fade(now time.Time) {
	if passed := now.Sub(s.othersAt); passed > 0 {
		s.others *= math.Exp(-passed.Seconds() / othersMemory.Seconds())
	}
	s.othersAt = now
}

// taken notes what others have taken.
func (s *share) taken(requests float64, now time.Time) {
	s.fade(now)
	s.others = min(s.others+requests, othersMost*s.tier)
}

// shared reports whether others are using the key.
func (s *share) shared(now time.Time) bool {
	s.fade(now)
	return s.known && s.others > othersNoticed*s.tier
}

// observe notes what remains by the answer to the request with the given number. Answers of older requests are late.
func (s *share) observe(number int64, remaining float64, refused bool, now time.Time) {
	if s.known && number < s.newest {
		return
	}
	s.known, s.newest, s.remaining = true, number, remaining
	if refused || math.Abs(remaining-s.held) > 1 || now.Sub(s.heldLast) > stuckAfter {
		s.held, s.heldSince, s.heldAnswers = remaining, now, 0
	}
	s.heldLast = now
	s.heldAnswers++
}

// rate returns how many requests a second this client may send: all where what a second allows remains, and a fixed part less
// for each request that is missing. The steps are parts so that the sum reacts alike for any number of clients.
func (s *share) rate(now time.Time) float64 {
	full := s.remaining/s.tier + s.doubt(now)
	return s.tier * math.Pow(emptyShare, min(full, 1)-1)
}

// doubt grows while Remaining does not move, whatever is sent, and nothing is refused: it may count something else than what
// is known here. Where it is right, a little doubt moves it, and all is well again.
func (s *share) doubt(now time.Time) float64 {
	if s.heldAnswers < stuckAnswers {
		return 0
	}
	return max(now.Sub(s.heldSince)-stuckAfter, 0).Seconds() / doubtless.Seconds()
}

// delay returns how long the next request waits for its turn. There is no burst.
func (s *share) delay(last, now time.Time) time.Duration {
	gap := seconds(1 / s.rate(now))
	return max(last.Add(gap).Sub(now), 0)
}
