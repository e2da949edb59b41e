package refbackend

// seedMachine sets what a create does not take: the console policy, and a VM that is to be passive is stopped. A VM is in
// the one region there is, unless the entry says otherwise.
func (s *Server) seedMachine(e *seedEntry) (func(string) error, error) {
	if _, ok := e.values["region"]; !ok {
		e.values["region"] = regionCode
	}
	secured, _, err := takeSeed[bool](e, "console_require_mfa", "true or false")
	if err != nil {
		return nil, err
	}
	passive, err := seedPassive(e)
	if err != nil {
		return nil, err
	}
	return func(id string) error {
		v, _ := s.state.VMs.Get(id)
		v.ConsoleMFA = secured
		if passive {
			s.settle(s.now)
			s.begin(&vmNoun, id, vmStop)
		}
		return nil
	}, nil
}

// seedPassive tells whether a VM is to be passive.
func seedPassive(e *seedEntry) (bool, error) {
	power, ok, err := takeSeed[string](e, "power_state", "a string")
	switch {
	case err != nil:
		return false, err
	case ok && power != vmActive && power != vmPassive:
		return false, e.problem("power_state", "must be %s or %s", vmActive, vmPassive)
	}
	return power == vmPassive, nil
}

// seedAttachment attaches a reserved address to the VM that its entry names, after the VM's own one.
func (s *Server) seedAttachment(e *seedEntry) (func(string) error, error) {
	name, ok, err := takeSeed[string](e, "vm", "a name")
	if !ok || err != nil {
		return nil, err
	}
	return func(id string) error {
		ip, _ := s.state.IPs.Get(id)
		v, ok := s.state.VMs.First(func(v *vm) bool { return v.Project == ip.Project && v.Name == name })
		if !ok {
			return e.problem("vm", "there is no %q", name)
		}
		if err := v.mayTakeIP(ip.Family, ip); err != nil {
			return e.problem("vm", "%s", asAPIError(err).message)
		}
		s.connectIP(v, ip)
		return nil
	}, nil
}
