package refbackend

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
)

// MaxAccounts is how many accounts one process has at most.
const MaxAccounts = 256

// Accounts are several backends behind one address, each with an account, keys, a clock, rules and a journal of its own,
// so that test runs side by side do not meet. The API key of a request says which one is meant; a request without a key
// that one of them knows is for the first. It is an http.Handler, safe for concurrent use.
type Accounts struct {
	options func(number int) Options

	changing sync.Mutex // held while an account is added or removed
	last     int        // the highest number so far
	current  atomic.Pointer[[]NumberedAccount]
	owners   sync.Map // *Server by hash of a key: where it was found
}

// NumberedAccount is one of several accounts. The first has the number 1.
type NumberedAccount struct {
	Number int
	*Server
}

// NewAccounts returns that many accounts, at least one. options are those of the account of a number: each needs a seed
// and, where it has one, a clock and a data file of its own.
func NewAccounts(count int, options func(number int) Options) (*Accounts, error) {
	a := &Accounts{options: options}
	a.current.Store(&[]NumberedAccount{})
	for range max(count, 1) {
		if _, err := a.add(); err != nil {
			return nil, errors.Join(err, a.Close())
		}
	}
	return a, nil
}

// All returns the accounts by number.
func (a *Accounts) All() []NumberedAccount { return *a.current.Load() }

// First is the account that is always there.
func (a *Accounts) First() *Server { return a.All()[0].Server }

// get finds an account by its number.
func (a *Accounts) get(number string) (*Server, bool) {
	n, err := strconv.Atoi(number)
	all := a.All()
	i, found := slices.BinarySearchFunc(all, n, func(one NumberedAccount, n int) int { return one.Number - n })
	if err != nil || !found {
		return nil, false
	}
	return all[i].Server, true
}

// add makes another account. Its number was never used before.
func (a *Accounts) add() (NumberedAccount, error) {
	a.changing.Lock()
	defer a.changing.Unlock()
	all := a.All()
	if len(all) >= MaxAccounts {
		return NumberedAccount{}, fmt.Errorf("there are %d accounts, which is the most: delete one first", MaxAccounts)
	}
	server, err := New(a.options(a.last + 1))
	if err != nil {
		return NumberedAccount{}, err
	}
	added := NumberedAccount{a.last + 1, server}
	if err := a.checkOwner(server, server.keyHashes()); err != nil {
		return NumberedAccount{}, errors.Join(fmt.Errorf("account %d: %w", added.Number, err), server.Close())
	}
	server.among, server.number = a, added.Number
	a.last++
	all = append(slices.Clone(all), added)
	a.current.Store(&all)
	return added, nil
}

// remove ends an account. Its keys are known nowhere from then on.
func (a *Accounts) remove(number int) error {
	a.changing.Lock()
	defer a.changing.Unlock()
	all := a.All()
	i := slices.IndexFunc(all, func(one NumberedAccount) bool { return one.Number == number })
	switch {
	case i < 0:
		return notFound("no account %d", number)
	case i == 0:
		return conflict("account %d is the first, to which requests without a key go: reset it instead", number)
	}
	rest := slices.Delete(slices.Clone(all), i, i+1)
	a.current.Store(&rest)
	return all[i].Close()
}

// Close closes all accounts; see [Server.Close].
func (a *Accounts) Close() error {
	var failed []error
	for _, account := range a.All() {
		failed = append(failed, account.Close())
	}
	return errors.Join(failed...)
}

// ServeHTTP answers one request with the account that it is for.
func (a *Accounts) ServeHTTP(w http.ResponseWriter, r *http.Request) { a.of(r).ServeHTTP(w, r) }

// of finds the account that a request is for.
func (a *Accounts) of(r *http.Request) *Server {
	all := a.All()
	if len(all) == 1 {
		return all[0].Server
	}
	if secret := r.Header.Get("X-API-Key"); secret != "" {
		if owner, ok := a.owner(all, hashSecret(secret)); ok {
			return owner
		}
	} else if isForPeople(r) {
		if chosen, ok := a.get(r.URL.Query().Get("account")); ok {
			return chosen
		}
	}
	return all[0].Server
}

// owner finds the account of a key. One that was found stays where it was: a key that has been deleted since is refused
// by its own account, and leaves no trace in another.
func (a *Accounts) owner(all []NumberedAccount, hash string) (*Server, bool) {
	is := func(server *Server) func(NumberedAccount) bool {
		return func(one NumberedAccount) bool { return one.Server == server }
	}
	if found, ok := a.owners.Load(hash); ok {
		if server, ok := found.(*Server); ok && slices.ContainsFunc(all, is(server)) {
			return server, true
		}
	}
	for _, account := range all {
		if account.knows(hash) {
			a.owners.Store(hash, account.Server)
			return account.Server, true
		}
	}
	return nil, false
}

// checkOwner refuses keys of one account that another has as well: nobody could tell whose a request is.
func (a *Accounts) checkOwner(server *Server, hashes []string) error {
	if a == nil {
		return nil
	}
	for _, other := range a.All() {
		if other.Server != server && slices.ContainsFunc(hashes, other.knows) {
			return fmt.Errorf("account %d has one of its API keys already, and a key belongs to one account: "+
				"leave owner_key and secret out of the seed file, and give each account a snapshot and a data file of its own", other.Number)
		}
	}
	return nil
}

// numbers are those of all accounts; none where there is only one.
func (a *Accounts) numbers() []int {
	numbers := []int{}
	if a == nil || len(a.All()) == 1 {
		return numbers
	}
	for _, account := range a.All() {
		numbers = append(numbers, account.Number)
	}
	return numbers
}

// knows tells whether an account has a key, whatever it is good for.
func (s *Server) knows(hash string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, ok := s.state.APIKeys.First(func(k *apiKey) bool { return k.Hash == hash })
	return ok
}

// keyHashes are those of all keys.
func (s *Server) keyHashes() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state.keyHashes()
}

func (st *state) keyHashes() []string {
	var hashes []string
	for k := range st.APIKeys.All() {
		hashes = append(hashes, k.Hash)
	}
	return hashes
}
