package main

// mutant is a fault: a piece of the source, and what stands there instead. The piece is looked for in all files of the
// package, tests apart, and must be there once.
type mutant struct {
	what          string // in words, with the noun first
	sound, faulty string
}

// suite is a package whose tests are judged.
var suite = struct {
	dir     string
	first   string // the tests that run first
	mutants []mutant
}{
	dir:     "internal/refbackend",
	first:   "^TestEvery",
	mutants: faults,
}

var faults = []mutant{
	// Lists.
	{
		"vpc: the list ignores the project",
		"id:      func(v *vpc) string { return v.ID },\n\t\tproject: func(v *vpc) string { return v.Project },",
		"id:      func(v *vpc) string { return v.ID },",
	},
	{
		"snapshot: the list ignores the project",
		"id:      (*snapshot).id,\n\t\tproject: func(sn *snapshot) string { return sn.Project },",
		"id:      (*snapshot).id,",
	},
	{
		"ip: a filter is taken and ignored",
		`c.matches("reserved", strconv.FormatBool(ip.Reserved)) && c.matches("status", ip.status())`,
		`c.matches("reserved", strconv.FormatBool(ip.Reserved))`,
	},
	{
		"member: a filter compares another field",
		`s.state.Members.Where(func(m *member) bool { return c.matches("status", m.Status) })`,
		`s.state.Members.Where(func(m *member) bool { return c.matches("status", m.RoleID) })`,
	},
	{
		"project member: the list has those of every project",
		`return m.Project == c.id() && c.matches("status", m.Status)`,
		`return c.matches("status", m.Status)`,
	},
	{
		"all: the total counts the page only",
		"return pageBody{Success: true, Data: shown, Total: total}",
		"return pageBody{Success: true, Data: shown, Total: len(shown)}",
	},
	{
		"all: pages overlap by one",
		"from = min(c.offset, total)",
		"from = min(max(c.offset-1, 0), total)",
	},
	{
		"all: a page may be longer than 100",
		"c.limit = min(c.limit, maxLimit)",
		"c.limit = min(c.limit, 10*maxLimit)",
	},
	{
		"volume: the default page is that of other types",
		`path: path, kind: list, permission: "volume.view", page: 50,`,
		`path: path, kind: list, permission: "volume.view", page: 20,`,
	},

	// Permissions.
	{
		"volume: who may look may delete",
		`"deleteVolume", http.MethodDelete, "", "volume.delete"`,
		`"deleteVolume", http.MethodDelete, "", "volume.view"`,
	},
	{
		"project: who may edit one may delete it",
		`permission: "account.projects.delete", handle: (*Server).deleteProject`,
		`permission: "account.projects.manage", handle: (*Server).deleteProject`,
	},
	{
		"backup: who may manage VMs may restore over them",
		`permission: "vm.backup", status: http.StatusAccepted, handle: (*Server).restoreBackup`,
		`permission: "vm.manage", status: http.StatusAccepted, handle: (*Server).restoreBackup`,
	},
	{
		"role: one in any project counts in all",
		"return m.APIKeyID == k.ID && m.Project == project && m.Status == memberActive",
		"return m.APIKeyID == k.ID && m.Status == memberActive",
	},
	{
		"role: the Operator removes members",
		`strings.HasSuffix(name, ".delete") || strings.HasSuffix(name, ".remove") ||`,
		`strings.HasSuffix(name, ".delete") ||`,
	},
	{
		"all: an object in a project out of reach is found by its id",
		"case c.op.kind == account:\n\t\treturn true\n\t}",
		"case c.op.kind == account || c.op.kind == get:\n\t\treturn true\n\t}",
	},

	// Statuses.
	{
		"snapshot: the creation is answered like a read",
		"body: requiredBody, status: http.StatusCreated, handle: (*Server).createSnapshot",
		"body: requiredBody, handle: (*Server).createSnapshot",
	},
	{
		"vm: a reset of the backup chain is answered like a read",
		"resetChain.status = http.StatusAccepted",
		"resetChain.status = http.StatusOK",
	},

	// Types and values of fields.
	{
		"vpc: a number is shown as a text",
		"UsedIPs     int       `json:\"used_ips\"`",
		"UsedIPs     int       `json:\"used_ips,string\"`",
	},
	{
		"security group: a field has another name",
		"VMCount     int        `json:\"vm_count\"`",
		"VMCount     int        `json:\"vms_count\"`",
	},
	{
		"api key: the default tier is the high one",
		`in.String("rate_limit_tier").OneOf(tierStandard, tierHigh).Or(tierStandard)`,
		`in.String("rate_limit_tier").OneOf(tierStandard, tierHigh).Or(tierHigh)`,
	},
	{
		"vm: deleting one keeps its VPC by default",
		`in.Bool("delete_vpc").Or(true)`,
		`in.Bool("delete_vpc").Or(false)`,
	},

	// Times.
	{
		"project: the time of the last change is that of the read",
		"CreatedBy:   p.CreatedBy,\n\t\tCreatedAt:   p.CreatedAt,\n\t\tUpdatedAt:   p.UpdatedAt,",
		"CreatedBy:   p.CreatedBy,\n\t\tCreatedAt:   p.CreatedAt,\n\t\tUpdatedAt:   s.now,",
	},
	{
		"ssh key: a change does not move the time of the last one",
		"k.Name, k.UpdatedAt = name, s.now",
		"k.Name = name",
	},
	{
		"backup schedule: created when it runs",
		"CreatedAt:     sc.CreatedAt,",
		"CreatedAt:     sc.NextRun,",
	},
	{
		"invitation: it lasts a day less",
		"invitationLasts = 7 * 24 * time.Hour",
		"invitationLasts = 6 * 24 * time.Hour",
	},

	// Secrets.
	{
		"api key: the hash of the secret is shown",
		"KeyPrefix: k.Prefix",
		"KeyPrefix: k.Hash",
	},
	{
		"vm: a refusal repeats the password",
		`return "may only contain letters, digits and " + passwordSymbols`,
		`return "may only contain letters, digits and " + passwordSymbols + ", not " + password`,
	},

	// Projects.
	{
		"vm: it joins a VPC of another project",
		"v, ok := s.state.VPCs.Get(field.Value())\n\tif !ok || v.Project != c.project {",
		"v, ok := s.state.VPCs.Get(field.Value())\n\tif !ok {",
	},
	{
		"vm: many are deleted in whatever project they are",
		"if !ok || v.Project != c.project {\n\t\treturn bulkItemBody",
		"if !ok {\n\t\treturn bulkItemBody",
	},
	{
		"security group: made in the default project",
		"g := &securityGroup{\n\t\tProject:     c.project,",
		"g := &securityGroup{\n\t\tProject:     s.state.Seeded.Projects[\"default\"],",
	},
}
