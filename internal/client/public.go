package client

import "fmt"

// Public reads the public catalogue, for which the API wants no key. It is safe for concurrent use. Every [Client] has
// one, which sends the key of the client; [NewPublic] returns one that sends none.
type Public struct {
	reader Reader
}

// NewPublic is [New] for somebody without a key. APIKey of the options has to be empty, so that a key is not taken for one
// that is used.
func NewPublic(options Options) (*Public, error) {
	if options.APIKey != "" {
		return nil, fmt.Errorf("%w: the public catalogue is read without one", ErrInvalidKey)
	}
	c, err := newCore(options)
	if err != nil {
		return nil, err
	}
	return &Public{reader: Reader{core: c}}, nil
}
