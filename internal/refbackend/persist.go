package refbackend

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"time"

	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend/datafile"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend/store"
)

// unkept is the number of a change that could not be written: whoever waits for it is told why.
const unkept = math.MaxUint64

// openData takes over the account of a data file, or makes the file for the seeded account.
func (s *Server) openData(name string) error {
	data, err := openDataFile(name)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	saved, found, err := data.load()
	if err == nil {
		s.data = data
		if found {
			s.replaceState(saved.state, saved.moment)
			s.restored = true
		}
		err = s.compact()
	}
	if err != nil {
		return errors.Join(err, data.close())
	}
	data.told = s.options.DataFailed
	return nil
}

// Restored tells whether the account was found in the data file, so that neither the seed nor the seed file made it.
func (s *Server) Restored() bool { return s.restored }

// compact writes the whole state into the data file, if there is one, and follows it from there.
func (s *Server) compact() error {
	if s.data == nil {
		return nil
	}
	whole, err := s.archive()
	if err != nil {
		s.data.fail(err)
		return err
	}
	if err := s.data.rewrite(whole); err != nil {
		return err
	}
	s.tracker = store.NewTracker(&s.state)
	return nil
}

// save writes down what has changed, and returns the number of the change that the answer has to wait for. An answer waits
// for all changes that calls have made so far, its own or others': nobody is to see one that may yet be refused. What
// the clock or reads have changed is saved too, but nobody waits for it: it would happen again.
func (s *Server) save(c *call) (number uint64) {
	if s.data == nil {
		return 0
	}
	if !c.changed && !s.state.Processes.touched.Any() {
		return s.promised
	}
	saved, err := s.takeChange()
	if err == nil {
		number, err = s.data.append(saved)
	}
	if err != nil {
		s.data.fail(err)
		return unkept
	}
	if c.changed {
		s.promised = number
	}
	if s.data.outgrown() {
		_ = s.compact() // where it fails, the data file has failed
	}
	return s.promised
}

// checkData refuses everything once a change could not be kept: what is in memory has it all the same.
func (s *Server) checkData(*call) error {
	if err := s.data.failure(); err != nil {
		return unsaved(err)
	}
	return nil
}

// unsaved is the answer to a request that cannot be answered truly.
func unsaved(err error) error {
	return refuse(http.StatusInternalServerError, "every request is refused: %v", err)
}

// Close gives the data file up after everything is written to it; requests are refused from then on. It returns an
// error when something could not be written, now or before. Without a data file it does nothing.
func (s *Server) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.data == nil {
		return nil
	}
	if s.data.failure() == nil {
		s.settle(s.moment())
		_ = s.compact() // where it fails, close returns why
	}
	return s.data.close()
}

// savedState is what a data file holds.
type savedState struct {
	state    state
	moment   time.Time // the latest one of the backend's clock
	sequence uint64    // of the last change
}

// readData reads a data file: an archive and the changes after it.
func readData(content []byte) (savedState, error) {
	lines, err := datafile.Read(content)
	if err != nil {
		return savedState{}, err
	}
	saved := savedState{sequence: lines[len(lines)-1].Sequence}
	if saved.state, saved.moment, err = readArchive(lines[0].Document); err != nil {
		return savedState{}, fmt.Errorf("line 1: %w", err)
	}
	for i, line := range lines[1:] {
		var next change
		err := json.Unmarshal(line.Document, &next)
		if err == nil {
			err = saved.state.apply(next)
		}
		if err != nil {
			return savedState{}, fmt.Errorf("line %d: %w", i+2, err)
		}
		saved.moment = next.Moment
	}
	saved.state.restorePools()
	return saved, nil
}
