package client

import "context"

// calls returns a call for every operation of the API.
func calls() []call {
	return append(append(append(catalogCalls(), vmCalls()...), networkCalls()...), append(storageCalls(), accountCalls()...)...)
}

func catalogCalls() []call {
	return []call{
		{"healthCheck", "GET /health", account, "", `{"status":"healthy"}`, func(ctx context.Context, c *Client, _ *Scoped) (any, error) {
			return under("status")(c.Health(ctx))
		}},
		{"listRegions", "GET /api/v1/public/regions", account, "", `{"success":true,"regions":[]}`, func(ctx context.Context, c *Client, _ *Scoped) (any, error) {
			return under("regions")(c.ListRegions(ctx))
		}},
		{"listTemplates", "GET /api/v1/public/templates?category=os&region=us-east&vm_type=standard", account, "", listAnswer, func(ctx context.Context, c *Client, _ *Scoped) (any, error) {
			return data(Collect(c.ListTemplates(ctx, TemplateFilter{Category: "os", VMType: "standard", Region: "us-east"})))
		}},
		{"listVMPricing", "GET /api/v1/public/pricing/vm?region=us-east&type=premium", account, "", `{"success":true,"plans":[{"id":1}]}`, func(ctx context.Context, c *Client, _ *Scoped) (any, error) {
			return under("plans")(c.ListVMPlans(ctx, VMPlanFilter{Type: "premium", Region: "us-east"}))
		}},
		{"listVolumePricing", "GET /api/v1/public/pricing/volume?region=us-east", account, "", priceAnswer, func(ctx context.Context, c *Client, _ *Scoped) (any, error) {
			return under("pricing")(c.GetVolumePricing(ctx, "us-east"))
		}},
		{"listSnapshotPricing", "GET /api/v1/public/pricing/snapshot?region=us-east", account, "", priceAnswer, func(ctx context.Context, c *Client, _ *Scoped) (any, error) {
			return under("pricing")(c.GetSnapshotPricing(ctx, "us-east"))
		}},
		{"listBackupPricing", "GET /api/v1/public/pricing/backup?region=us-east", account, "", priceAnswer, func(ctx context.Context, c *Client, _ *Scoped) (any, error) {
			return under("pricing")(c.GetBackupPricing(ctx, "us-east"))
		}},
		{"listIPPricing", "GET /api/v1/public/pricing/ip", account, "", priceAnswer, func(ctx context.Context, c *Client, _ *Scoped) (any, error) {
			return under("pricing")(c.GetIPPricing(ctx))
		}},
	}
}

func vmCalls() []call {
	vm := "/api/v1/vms/" + testID
	return []call{
		{"listVMs", "GET /api/v1/vms?" + paging + "&project_id=p&region=us-east&status=active", scoped, "", listAnswer, func(ctx context.Context, _ *Client, s *Scoped) (any, error) {
			return data(Collect(s.ListVMs(ctx, VMFilter{ProjectID: "p", Region: "us-east", Status: VMActive})))
		}},
		{"listVMs", "GET /api/v1/vms?" + paging, account, "", listAnswer, func(ctx context.Context, c *Client, _ *Scoped) (any, error) {
			return data(Collect(c.ListVMs(ctx, VMFilter{})))
		}},
		{
			"createVM", "POST /api/v1/vms", scoped, `{"name":"web","template_id":"t","pricing_id":3,"region":"us-east","ssh_keys":["ssh-ed25519 A"],
			"password":"Pa55+Word-12","extra_storage":10,"extra_storage_type":"xfs","backup_type":"weekly","backup_time":"8am",
			"backup_date":"Saturday","tags":["a"],"vpc_id":"v","vpc_name":"n","vpc_cidr":"10.0.0.0/24","skip_vpc":true,"skip_public_ip":true}`,
			idAnswer, func(ctx context.Context, _ *Client, s *Scoped) (any, error) {
				return data(s.CreateVM(ctx, CreateVMRequest{
					Name: "web", TemplateID: "t", PricingID: 3, Region: "us-east", SSHKeys: []string{"ssh-ed25519 A"},
					Password: "Pa55+Word-12", ExtraStorage: 10, ExtraStorageType: "xfs", BackupType: "weekly", BackupTime: "8am",
					BackupDate: "Saturday", Tags: []string{"a"}, VPCID: "v", VPCName: "n", VPCCIDR: "10.0.0.0/24",
					SkipVPC: true, SkipPublicIP: true,
				}))
			},
		},
		{"getVM", "GET " + vm, account, "", idAnswer, func(ctx context.Context, c *Client, _ *Scoped) (any, error) {
			return data(c.GetVM(ctx, testID))
		}},
		{"getVM", "GET " + vm, scoped, "", idAnswer, func(ctx context.Context, _ *Client, s *Scoped) (any, error) {
			return data(s.GetVM(ctx, testID))
		}},
		{"deleteVM", "DELETE " + vm, scoped, `{"volume_action":"detach","delete_vpc":false}`, okJSON, func(ctx context.Context, _ *Client, s *Scoped) (any, error) {
			return none(s.DeleteVM(ctx, testID, DeleteVMRequest{VolumeAction: VolumeActionDetach}))
		}},
		{"deleteVMsBulk", "DELETE /api/v1/vms/bulk", scoped, `{"ids":["a"],"volume_action":"delete","delete_vpc":true}`, `{"results":[{"id":"a"}]}`, func(ctx context.Context, _ *Client, s *Scoped) (any, error) {
			r, err := s.DeleteVMs(ctx, DeleteVMsRequest{[]string{"a"}, DeleteVMRequest{VolumeActionDelete, true}})
			if err != nil {
				return nil, err
			}
			return map[string]any{
				"message": r.Message, "total_count": r.TotalCount, "success_count": r.SuccessCount, "failed_count": r.FailedCount,
				"results": r.Results,
			}, nil
		}},
		{"startVM", "POST " + vm + "/start", scoped, "", okJSON, func(ctx context.Context, _ *Client, s *Scoped) (any, error) {
			return none(s.StartVM(ctx, testID))
		}},
		{"stopVM", "POST " + vm + "/stop", scoped, "", okJSON, func(ctx context.Context, _ *Client, s *Scoped) (any, error) {
			return none(s.StopVM(ctx, testID))
		}},
		{"rebootVM", "POST " + vm + "/reboot", scoped, "", okJSON, func(ctx context.Context, _ *Client, s *Scoped) (any, error) {
			return none(s.RebootVM(ctx, testID))
		}},
		{"hardRebootVM", "POST " + vm + "/reboot-hard", scoped, "", okJSON, func(ctx context.Context, _ *Client, s *Scoped) (any, error) {
			return none(s.HardRebootVM(ctx, testID))
		}},
		{"renameVM", "PATCH " + vm + "/rename", scoped, `{"name":"n"}`, okJSON, func(ctx context.Context, _ *Client, s *Scoped) (any, error) {
			return none(s.RenameVM(ctx, testID, "n"))
		}},
		{"setVMConsolePolicy", "PATCH " + vm + "/console-policy", scoped, `{"console_require_mfa":true}`, okJSON, func(ctx context.Context, _ *Client, s *Scoped) (any, error) {
			return none(s.SetVMConsolePolicy(ctx, testID, true))
		}},
		{"resetVMPassword", "POST " + vm + "/reset-password", scoped, "", okJSON, func(ctx context.Context, _ *Client, s *Scoped) (any, error) {
			return none(s.ResetVMPassword(ctx, testID))
		}},
		{"reinstallVM", "POST " + vm + "/reinstall", scoped, `{"template_id":"t","password":"p","ssh_keys":["k"],"auto_generate_password":true}`, okJSON, func(ctx context.Context, _ *Client, s *Scoped) (any, error) {
			return none(s.ReinstallVM(ctx, testID, ReinstallVMRequest{TemplateID: "t", Password: "p", SSHKeys: []string{"k"}, AutoGeneratePassword: true}))
		}},
		{"factoryResetVM", "POST " + vm + "/factory-reset", scoped, "", okJSON, func(ctx context.Context, _ *Client, s *Scoped) (any, error) {
			return none(s.FactoryResetVM(ctx, testID))
		}},
		{"resizeVM", "POST " + vm + "/resize", scoped, `{"pricing_id":4}`, okJSON, func(ctx context.Context, _ *Client, s *Scoped) (any, error) {
			return resized(s.ResizeVM(ctx, testID, 4))
		}},
		{"resizeVMDisk", "POST " + vm + "/disk/resize", scoped, `{"new_size":100}`, okJSON, func(ctx context.Context, _ *Client, s *Scoped) (any, error) {
			return resized(s.ResizeVMDisk(ctx, testID, 100))
		}},
		{"saveVMDiskAsImage", "POST " + vm + "/save-image", scoped, `{"name":"n","description":"d","disk_id":1,"snapshot_id":-1}`, idAnswer, func(ctx context.Context, _ *Client, s *Scoped) (any, error) {
			return data(s.SaveVMImage(ctx, testID, SaveImageRequest{Name: "n", Description: "d", DiskID: 1, SnapshotID: ptr[int64](-1)}))
		}},
		{"addVMTag", "POST " + vm + "/tags", scoped, `{"name":"n","priority":0}`, tagAnswer, func(ctx context.Context, _ *Client, s *Scoped) (any, error) {
			return under("tags")(s.AddVMTag(ctx, testID, AddVMTagRequest{Name: "n"}))
		}},
		{"updateVMTag", "PATCH " + vm + "/tags/x", scoped, `{"name":"n","priority":0}`, tagAnswer, func(ctx context.Context, _ *Client, s *Scoped) (any, error) {
			return under("tags")(s.UpdateVMTag(ctx, testID, "x", UpdateVMTagRequest{Name: ptr("n"), Priority: ptr[int64](0)}))
		}},
		{"removeVMTag", "DELETE " + vm + "/tags/x", scoped, "", tagAnswer, func(ctx context.Context, _ *Client, s *Scoped) (any, error) {
			return under("tags")(s.RemoveVMTag(ctx, testID, "x"))
		}},
		{"getVMNotes", "GET " + vm + "/notes?type=account", scoped, "", okJSON, func(ctx context.Context, _ *Client, s *Scoped) (any, error) {
			return s.GetVMNotes(ctx, testID, NoteAccount)
		}},
		{"upsertVMNote", "PUT " + vm + "/notes/account", scoped, `{"content":""}`, noteAnswers, func(ctx context.Context, _ *Client, s *Scoped) (any, error) {
			return under("note")(s.PutVMNote(ctx, testID, NoteAccount, ""))
		}},
		{"updateVMNote", "PATCH " + vm + "/notes/personal", scoped, `{"content":"c"}`, noteAnswers, func(ctx context.Context, _ *Client, s *Scoped) (any, error) {
			return under("note")(s.UpdateVMNote(ctx, testID, NotePersonal, "c"))
		}},
		{"appendVMNote", "POST " + vm + "/notes/account/append", scoped, `{"content":"c"}`, noteAnswers, func(ctx context.Context, _ *Client, s *Scoped) (any, error) {
			return under("note")(s.AppendVMNote(ctx, testID, NoteAccount, "c"))
		}},
	}
}

func networkCalls() []call {
	vm := "/api/v1/vms/" + testID
	return []call{
		{"listVPCs", "GET /api/v1/vpcs", scoped, "", listAnswer, func(ctx context.Context, _ *Client, s *Scoped) (any, error) {
			return data(Collect(s.ListVPCs(ctx)))
		}},
		{"createVPC", "POST /api/v1/vpcs", scoped, `{"name":"n","cidr":"10.0.0.0/24","region":"us-east"}`, idAnswer, func(ctx context.Context, _ *Client, s *Scoped) (any, error) {
			return data(s.CreateVPC(ctx, CreateVPCRequest{Name: "n", CIDR: "10.0.0.0/24", Region: "us-east"}))
		}},
		{"listVPCCIDRSuggestions", "GET /api/v1/vpcs/cidr-suggestions", scoped, "", okJSON, func(ctx context.Context, _ *Client, s *Scoped) (any, error) {
			return s.SuggestCIDRs(ctx)
		}},
		{"getVPC", "GET /api/v1/vpcs/x", scoped, "", `{"success":true,"data":{"vpc":{"id":"x"}}}`, func(ctx context.Context, _ *Client, s *Scoped) (any, error) {
			return data(s.GetVPC(ctx, "x"))
		}},
		{"updateVPC", "PUT /api/v1/vpcs/x", scoped, `{"name":"n","description":""}`, idAnswer, func(ctx context.Context, _ *Client, s *Scoped) (any, error) {
			return data(s.UpdateVPC(ctx, "x", UpdateVPCRequest{Name: ptr("n"), Description: ptr("")}))
		}},
		{"deleteVPC", "DELETE /api/v1/vpcs/x", scoped, "", okJSON, func(ctx context.Context, _ *Client, s *Scoped) (any, error) {
			return none(s.DeleteVPC(ctx, "x"))
		}},
		{"listIPs", "GET /api/v1/ips?" + paging + "&reserved=false&status=in-use", scoped, "", listAnswer, func(ctx context.Context, _ *Client, s *Scoped) (any, error) {
			return data(Collect(s.ListIPs(ctx, IPFilter{Reserved: ptr(false), Status: IPInUse})))
		}},
		{"reserveIP", "POST /api/v1/ips/reserve", scoped, `{"type":"IPv6","region":"us-east","billing_period":"yearly"}`, idAnswer, func(ctx context.Context, _ *Client, s *Scoped) (any, error) {
			return data(s.ReserveIP(ctx, ReserveIPRequest{Type: IPv6, Region: "us-east", BillingPeriod: "yearly"}))
		}},
		{"getIP", "GET /api/v1/ips/x", scoped, "", idAnswer, func(ctx context.Context, _ *Client, s *Scoped) (any, error) {
			return data(s.GetIP(ctx, "x"))
		}},
		{"releaseIP", "DELETE /api/v1/ips/x/reserve", scoped, "", okJSON, func(ctx context.Context, _ *Client, s *Scoped) (any, error) {
			return none(s.ReleaseIP(ctx, "x"))
		}},
		{"changeIP", "POST /api/v1/ips/x/change", scoped, "", `{"success":true,"old_ip":{"id":"x"},"new_ip":{"id":"y"}}`, func(ctx context.Context, _ *Client, s *Scoped) (any, error) {
			changed, err := s.ChangeIP(ctx, "x")
			if err != nil {
				return nil, err
			}
			return map[string]any{"old_ip": changed.Old, "new_ip": changed.New}, nil
		}},
		{"listSecurityGroups", "GET /api/v1/security-groups", scoped, "", listAnswer, func(ctx context.Context, _ *Client, s *Scoped) (any, error) {
			return data(Collect(s.ListSecurityGroups(ctx)))
		}},
		{"createSecurityGroup", "POST /api/v1/security-groups", scoped, `{"name":"n","description":"d","template_id":"t","rules":` + rulesJSON + `}`, idAnswer, func(ctx context.Context, _ *Client, s *Scoped) (any, error) {
			return data(s.CreateSecurityGroup(ctx, CreateSecurityGroupRequest{Name: "n", Description: "d", TemplateID: "t", Rules: someRules}))
		}},
		{"listSecurityGroupTemplates", "GET /api/v1/security-groups/templates", account, "", listAnswer, func(ctx context.Context, c *Client, _ *Scoped) (any, error) {
			return data(Collect(c.ListSecurityGroupTemplates(ctx)))
		}},
		{"getSecurityGroup", "GET /api/v1/security-groups/x", scoped, "", idAnswer, func(ctx context.Context, _ *Client, s *Scoped) (any, error) {
			return data(s.GetSecurityGroup(ctx, "x"))
		}},
		{"updateSecurityGroup", "PUT /api/v1/security-groups/x", scoped, `{"name":"n","description":"","rules":` + rulesJSON + `}`, idAnswer, func(ctx context.Context, _ *Client, s *Scoped) (any, error) {
			return data(s.UpdateSecurityGroup(ctx, "x", UpdateSecurityGroupRequest{Name: ptr("n"), Description: ptr(""), Rules: &someRules}))
		}},
		{"deleteSecurityGroup", "DELETE /api/v1/security-groups/x", scoped, "", okJSON, func(ctx context.Context, _ *Client, s *Scoped) (any, error) {
			return none(s.DeleteSecurityGroup(ctx, "x"))
		}},
		{"listVMNetworks", "GET " + vm + "/networks?type=vpc", scoped, "", `{"success":true,"data":[{"nic_id":0}]}`, func(ctx context.Context, _ *Client, s *Scoped) (any, error) {
			return data(Collect(s.ListVMNetworks(ctx, testID, NetworkVPC)))
		}},
		{"attachVMToVPC", "POST " + vm + "/vpc", scoped, `{"vpc_id":"v","ip":"10.0.0.9"}`, okJSON, func(ctx context.Context, _ *Client, s *Scoped) (any, error) {
			return none(s.AttachVMToVPC(ctx, testID, AttachVPCRequest{VPCID: "v", IP: "10.0.0.9"}))
		}},
		{"detachVMFromVPC", "DELETE " + vm + "/vpc/0", scoped, "", okJSON, func(ctx context.Context, _ *Client, s *Scoped) (any, error) {
			return none(s.DetachVMFromVPC(ctx, testID, 0))
		}},
		{"attachVMIP", "POST " + vm + "/ip", scoped, `{"ip_id":"i","type":"IPv4","security_groups":["g"]}`, `{"success":true,"data":{"ip_address":"203.0.113.1"}}`, func(ctx context.Context, _ *Client, s *Scoped) (any, error) {
			return data(s.AttachVMIP(ctx, testID, AttachIPRequest{IPID: "i", Type: IPv4, SecurityGroups: []string{"g"}}))
		}},
		{"detachVMIP", "DELETE " + vm + "/ip/1", scoped, "", okJSON, func(ctx context.Context, _ *Client, s *Scoped) (any, error) {
			return none(s.DetachVMIP(ctx, testID, 1))
		}},
		{"attachVMSecurityGroup", "POST " + vm + "/security-groups", scoped, `{"security_group_id":"g","nic_id":0}`, okJSON, func(ctx context.Context, _ *Client, s *Scoped) (any, error) {
			return none(s.AttachVMSecurityGroup(ctx, testID, AttachSecurityGroupRequest{SecurityGroupID: "g"}))
		}},
		{"detachVMSecurityGroup", "DELETE " + vm + "/security-groups/g/0", scoped, "", okJSON, func(ctx context.Context, _ *Client, s *Scoped) (any, error) {
			return none(s.DetachVMSecurityGroup(ctx, testID, "g", 0))
		}},
	}
}

func storageCalls() []call {
	return []call{
		{"listVolumes", "GET /api/v1/volumes?" + paging + "&region=us-east&vm_id=v", scoped, "", numberList, func(ctx context.Context, _ *Client, s *Scoped) (any, error) {
			return data(Collect(s.ListVolumes(ctx, VolumeFilter{VMID: "v", Region: "us-east"})))
		}},
		{"createVolume", "POST /api/v1/volumes", scoped, `{"name":"n","size":10,"volume_type":"nvme","filesystem_type":"xfs","vm_id":"v","region":"us-east"}`, numberAnswer, func(ctx context.Context, _ *Client, s *Scoped) (any, error) {
			return data(s.CreateVolume(ctx, CreateVolumeRequest{Name: "n", Size: 10, VolumeType: VolumeTypeNVMe, FilesystemType: "xfs", VMID: "v", Region: "us-east"}))
		}},
		{"getVolume", "GET /api/v1/volumes/7", scoped, "", numberAnswer, func(ctx context.Context, _ *Client, s *Scoped) (any, error) {
			return data(s.GetVolume(ctx, 7))
		}},
		{"deleteVolume", "DELETE /api/v1/volumes/7", scoped, "", okJSON, func(ctx context.Context, _ *Client, s *Scoped) (any, error) {
			return none(s.DeleteVolume(ctx, 7))
		}},
		{"resizeVolume", "PATCH /api/v1/volumes/7", scoped, `{"new_size":20}`, okJSON, func(ctx context.Context, _ *Client, s *Scoped) (any, error) {
			return resized(s.ResizeVolume(ctx, 7, 20))
		}},
		{"attachVolume", "POST /api/v1/volumes/7/attach", scoped, `{"vm_id":"v"}`, numberAnswer, func(ctx context.Context, _ *Client, s *Scoped) (any, error) {
			return data(s.AttachVolume(ctx, 7, "v"))
		}},
		{"detachVolume", "POST /api/v1/volumes/7/detach", scoped, "", numberAnswer, func(ctx context.Context, _ *Client, s *Scoped) (any, error) {
			return data(s.DetachVolume(ctx, 7))
		}},
		{"listSnapshots", "GET /api/v1/snapshots?" + paging + "&type=vm&vm_id=v&volume_id=7", scoped, "", numberList, func(ctx context.Context, _ *Client, s *Scoped) (any, error) {
			return data(Collect(s.ListSnapshots(ctx, SnapshotFilter{VMID: "v", VolumeID: 7, Type: SnapshotOfVM})))
		}},
		{"createSnapshot", "POST /api/v1/snapshots", scoped, `{"resource_type":"vm","resource_id":"v","name":"n"}`, numberAnswer, func(ctx context.Context, _ *Client, s *Scoped) (any, error) {
			return data(s.CreateSnapshot(ctx, CreateSnapshotRequest{ResourceType: SnapshotOfVM, VMID: "v", Name: "n"}))
		}},
		{"createSnapshot", "POST /api/v1/snapshots", scoped, `{"resource_type":"volume","volume_id":7,"name":"n"}`, numberAnswer, func(ctx context.Context, _ *Client, s *Scoped) (any, error) {
			return data(s.CreateSnapshot(ctx, CreateSnapshotRequest{ResourceType: SnapshotOfVolume, VolumeID: 7, Name: "n"}))
		}},
		{"getSnapshot", "GET /api/v1/snapshots/7", scoped, "", numberAnswer, func(ctx context.Context, _ *Client, s *Scoped) (any, error) {
			return data(s.GetSnapshot(ctx, 7))
		}},
		{"deleteSnapshot", "DELETE /api/v1/snapshots/7", scoped, "", okJSON, func(ctx context.Context, _ *Client, s *Scoped) (any, error) {
			return none(s.DeleteSnapshot(ctx, 7))
		}},
		{"restoreSnapshot", "POST /api/v1/snapshots/7/restore", scoped, "", okJSON, func(ctx context.Context, _ *Client, s *Scoped) (any, error) {
			return none(s.RestoreSnapshot(ctx, 7))
		}},
		{"renameSnapshot", "PATCH /api/v1/snapshots/7/rename", scoped, `{"name":"n"}`, numberAnswer, func(ctx context.Context, _ *Client, s *Scoped) (any, error) {
			return data(s.RenameSnapshot(ctx, 7, "n"))
		}},
		{"listBackups", "GET /api/v1/backups?" + paging + "&vm_id=v", scoped, "", listAnswer, func(ctx context.Context, _ *Client, s *Scoped) (any, error) {
			return data(Collect(s.ListBackups(ctx, BackupFilter{VMID: "v"})))
		}},
		{"createBackup", "POST /api/v1/backups", scoped, `{"vm_id":"v","name":"n"}`, idAnswer, func(ctx context.Context, _ *Client, s *Scoped) (any, error) {
			return data(s.CreateBackup(ctx, CreateBackupRequest{VMID: "v", Name: "n"}))
		}},
		{"getBackup", "GET /api/v1/backups/x", scoped, "", idAnswer, func(ctx context.Context, _ *Client, s *Scoped) (any, error) {
			return data(s.GetBackup(ctx, "x"))
		}},
		{"deleteBackup", "DELETE /api/v1/backups/x", scoped, "", okJSON, func(ctx context.Context, _ *Client, s *Scoped) (any, error) {
			return none(s.DeleteBackup(ctx, "x"))
		}},
		{"restoreBackup", "POST /api/v1/backups/x/restore", scoped, "", idAnswer, func(ctx context.Context, _ *Client, s *Scoped) (any, error) {
			return data(s.RestoreBackup(ctx, "x"))
		}},
		{"deleteBackupChain", "DELETE /api/v1/backups/x/chain", scoped, "", okJSON, func(ctx context.Context, _ *Client, s *Scoped) (any, error) {
			return none(s.DeleteBackupChain(ctx, "x"))
		}},
		{"resetBackupChain", "POST /api/v1/vms/v/backups/reset-chain", scoped, "", okJSON, func(ctx context.Context, _ *Client, s *Scoped) (any, error) {
			return none(s.ResetBackupChain(ctx, "v"))
		}},
		{"listBackupSchedules", "GET /api/v1/backup-schedules?" + paging + "&vm_id=v", scoped, "", numberList, func(ctx context.Context, _ *Client, s *Scoped) (any, error) {
			return data(Collect(s.ListBackupSchedules(ctx, BackupScheduleFilter{VMID: "v"})))
		}},
		{"createBackupSchedule", "POST /api/v1/backup-schedules", scoped, `{"vm_id":"v","type":"weekly","time":"8am","day_of_week":"Monday","keep_count":2}`, numberAnswer, func(ctx context.Context, _ *Client, s *Scoped) (any, error) {
			return data(s.CreateBackupSchedule(ctx, CreateBackupScheduleRequest{VMID: "v", Type: ScheduleWeekly, Time: "8am", DayOfWeek: "Monday", KeepCount: 2}))
		}},
		{"getBackupSchedule", "GET /api/v1/backup-schedules/7", scoped, "", numberAnswer, func(ctx context.Context, _ *Client, s *Scoped) (any, error) {
			return data(s.GetBackupSchedule(ctx, 7))
		}},
		{"updateBackupSchedule", "PATCH /api/v1/backup-schedules/7", scoped, `{"type":"weekly","time":"13:00","day_of_week":"Monday","keep_count":2}`, numberAnswer, func(ctx context.Context, _ *Client, s *Scoped) (any, error) {
			return data(s.UpdateBackupSchedule(ctx, 7, UpdateBackupScheduleRequest{Type: ptr(ScheduleWeekly), Time: ptr("13:00"), DayOfWeek: ptr("Monday"), KeepCount: ptr[int64](2)}))
		}},
		{"deleteBackupSchedule", "DELETE /api/v1/backup-schedules/7", scoped, "", okJSON, func(ctx context.Context, _ *Client, s *Scoped) (any, error) {
			return none(s.DeleteBackupSchedule(ctx, 7))
		}},
	}
}

func accountCalls() []call {
	members := "/api/v1/projects/p/members"
	return []call{
		{"listProjects", "GET /api/v1/projects?" + paging, account, "", listAnswer, func(ctx context.Context, c *Client, _ *Scoped) (any, error) {
			return data(Collect(c.ListProjects(ctx)))
		}},
		{"createProject", "POST /api/v1/projects", account, `{"name":"n","description":"d","default_region":"us-east"}`, idAnswer, func(ctx context.Context, c *Client, _ *Scoped) (any, error) {
			return data(c.CreateProject(ctx, CreateProjectRequest{Name: "n", Description: "d", DefaultRegion: "us-east"}))
		}},
		{"getProject", "GET /api/v1/projects/p", account, "", idAnswer, func(ctx context.Context, c *Client, _ *Scoped) (any, error) {
			return data(c.GetProject(ctx, "p"))
		}},
		{"updateProject", "PUT /api/v1/projects/p", account, `{"name":"n","description":"","default_region":"us-east"}`, idAnswer, func(ctx context.Context, c *Client, _ *Scoped) (any, error) {
			return data(c.UpdateProject(ctx, "p", UpdateProjectRequest{Name: ptr("n"), Description: ptr(""), DefaultRegion: ptr("us-east")}))
		}},
		{"deleteProject", "DELETE /api/v1/projects/p", account, "", okJSON, func(ctx context.Context, c *Client, _ *Scoped) (any, error) {
			return none(c.DeleteProject(ctx, "p"))
		}},
		{"listSSHKeys", "GET /api/v1/ssh-keys", account, "", listAnswer, func(ctx context.Context, c *Client, _ *Scoped) (any, error) {
			return data(Collect(c.ListSSHKeys(ctx)))
		}},
		{"createSSHKey", "POST /api/v1/ssh-keys", account, `{"name":"n","public_key":"k"}`, idAnswer, func(ctx context.Context, c *Client, _ *Scoped) (any, error) {
			return data(c.CreateSSHKey(ctx, CreateSSHKeyRequest{Name: "n", PublicKey: "k"}))
		}},
		{"getSSHKey", "GET /api/v1/ssh-keys/x", account, "", idAnswer, func(ctx context.Context, c *Client, _ *Scoped) (any, error) {
			return data(c.GetSSHKey(ctx, "x"))
		}},
		{"updateSSHKey", "PUT /api/v1/ssh-keys/x", account, `{"name":"n"}`, idAnswer, func(ctx context.Context, c *Client, _ *Scoped) (any, error) {
			return data(c.RenameSSHKey(ctx, "x", "n"))
		}},
		{"deleteSSHKey", "DELETE /api/v1/ssh-keys/x", account, "", okJSON, func(ctx context.Context, c *Client, _ *Scoped) (any, error) {
			return none(c.DeleteSSHKey(ctx, "x"))
		}},
		{"listMembers", "GET /api/v1/members?" + paging + "&status=pending", account, "", listAnswer, func(ctx context.Context, c *Client, _ *Scoped) (any, error) {
			return data(Collect(c.ListMembers(ctx, MemberFilter{Status: MemberPending})))
		}},
		{"addMember", "POST /api/v1/members", account, `{"email":"a@b.test","target_user_id":"u","api_key_id":"k","role_id":"r"}`, idAnswer, func(ctx context.Context, c *Client, _ *Scoped) (any, error) {
			return data(c.AddMember(ctx, AddMemberRequest{Email: "a@b.test", TargetUserID: "u", APIKeyID: "k", RoleID: "r"}))
		}},
		{"getMember", "GET /api/v1/members/x", account, "", idAnswer, func(ctx context.Context, c *Client, _ *Scoped) (any, error) {
			return data(c.GetMember(ctx, "x"))
		}},
		{"updateMember", "PATCH /api/v1/members/x", account, `{"role_id":"r","status":"suspended"}`, idAnswer, func(ctx context.Context, c *Client, _ *Scoped) (any, error) {
			return data(c.UpdateMember(ctx, "x", UpdateMemberRequest{RoleID: ptr("r"), Status: ptr(MemberSuspended)}))
		}},
		{"removeMember", "DELETE /api/v1/members/x", account, "", okJSON, func(ctx context.Context, c *Client, _ *Scoped) (any, error) {
			return none(c.RemoveMember(ctx, "x"))
		}},
		{"listProjectMembers", "GET " + members + "?" + paging + "&status=active", account, "", listAnswer, func(ctx context.Context, c *Client, _ *Scoped) (any, error) {
			return data(Collect(c.ListProjectMembers(ctx, "p", MemberFilter{Status: MemberActive})))
		}},
		{"addProjectMember", "POST " + members, account, `{"target_user_id":"u","api_key_id":"k","role_id":"r"}`, idAnswer, func(ctx context.Context, c *Client, _ *Scoped) (any, error) {
			return data(c.AddProjectMember(ctx, "p", AddProjectMemberRequest{TargetUserID: "u", APIKeyID: "k", RoleID: "r"}))
		}},
		{"getProjectMember", "GET " + members + "/x", account, "", idAnswer, func(ctx context.Context, c *Client, _ *Scoped) (any, error) {
			return data(c.GetProjectMember(ctx, "p", "x"))
		}},
		{"updateProjectMember", "PATCH " + members + "/x", account, `{"role_id":"r","status":"active"}`, idAnswer, func(ctx context.Context, c *Client, _ *Scoped) (any, error) {
			return data(c.UpdateProjectMember(ctx, "p", "x", UpdateMemberRequest{RoleID: ptr("r"), Status: ptr(MemberActive)}))
		}},
		{"removeProjectMember", "DELETE " + members + "/x", account, "", okJSON, func(ctx context.Context, c *Client, _ *Scoped) (any, error) {
			return none(c.RemoveProjectMember(ctx, "p", "x"))
		}},
		{"listRoles", "GET /api/v1/roles?" + paging + "&scope=project", account, "", listAnswer, func(ctx context.Context, c *Client, _ *Scoped) (any, error) {
			return data(Collect(c.ListRoles(ctx, RoleFilter{Scope: ScopeProject})))
		}},
		{"createRole", "POST /api/v1/roles", account, `{"name":"n","slug":"s","description":"d","scope":"account","permissions":["account.projects.view"]}`, idAnswer, func(ctx context.Context, c *Client, _ *Scoped) (any, error) {
			return data(c.CreateRole(ctx, CreateRoleRequest{Name: "n", Slug: "s", Description: "d", Scope: ScopeAccount, Permissions: []string{"account.projects.view"}}))
		}},
		{"getRole", "GET /api/v1/roles/x", account, "", idAnswer, func(ctx context.Context, c *Client, _ *Scoped) (any, error) {
			return data(c.GetRole(ctx, "x"))
		}},
		{"updateRole", "PATCH /api/v1/roles/x", account, `{"name":"n","description":"","permissions":["vm.view"]}`, idAnswer, func(ctx context.Context, c *Client, _ *Scoped) (any, error) {
			return data(c.UpdateRole(ctx, "x", UpdateRoleRequest{Name: ptr("n"), Description: ptr(""), Permissions: &[]string{"vm.view"}}))
		}},
		{"deleteRole", "DELETE /api/v1/roles/x", account, "", okJSON, func(ctx context.Context, c *Client, _ *Scoped) (any, error) {
			return none(c.DeleteRole(ctx, "x"))
		}},
		{"listPermissions", "GET /api/v1/permissions?scope=account", account, "", `{"success":true,"data":[{"name":"vm.view"}]}`, func(ctx context.Context, c *Client, _ *Scoped) (any, error) {
			return data(Collect(c.ListPermissions(ctx, RoleFilter{Scope: ScopeAccount})))
		}},
		{"listApiKeys", "GET /api/v1/api-keys?" + paging + "&scope=public", account, "", listAnswer, func(ctx context.Context, c *Client, _ *Scoped) (any, error) {
			return data(Collect(c.ListAPIKeys(ctx, APIKeyFilter{Scope: "public"})))
		}},
		{"createApiKey", "POST /api/v1/api-keys", account, `{"name":"n","rate_limit_tier":"high","expires_at":"2027-01-02T03:04:05Z","role_id":"r"}`, `{"data":{"id":"x","secret":"s"}}`, func(ctx context.Context, c *Client, _ *Scoped) (any, error) {
			return data(c.CreateAPIKey(ctx, CreateAPIKeyRequest{Name: "n", RateLimitTier: TierHigh, ExpiresAt: &expiry, RoleID: "r"}))
		}},
		{"getApiKey", "GET /api/v1/api-keys/x", account, "", idAnswer, func(ctx context.Context, c *Client, _ *Scoped) (any, error) {
			return data(c.GetAPIKey(ctx, "x"))
		}},
		{"updateApiKey", "PATCH /api/v1/api-keys/x", account, `{"name":"n","rate_limit_tier":"standard","expires_at":"2027-01-02T03:04:05Z","is_active":false}`, idAnswer, func(ctx context.Context, c *Client, _ *Scoped) (any, error) {
			return data(c.UpdateAPIKey(ctx, "x", UpdateAPIKeyRequest{Name: ptr("n"), RateLimitTier: ptr(TierStandard), ExpiresAt: &expiry, IsActive: ptr(false)}))
		}},
		{"revokeApiKey", "DELETE /api/v1/api-keys/x", account, "", okJSON, func(ctx context.Context, c *Client, _ *Scoped) (any, error) {
			return none(c.RevokeAPIKey(ctx, "x"))
		}},
		{"regenerateApiKey", "POST /api/v1/api-keys/x/regenerate", account, "", `{"data":{"id":"x","secret":"s"}}`, func(ctx context.Context, c *Client, _ *Scoped) (any, error) {
			return data(c.RegenerateAPIKey(ctx, "x"))
		}},
		{"createAccountInvitation", "POST /api/v1/invitations", account, `{"email":"a@b.test","role_id":"r"}`, idAnswer, func(ctx context.Context, c *Client, _ *Scoped) (any, error) {
			return data(c.CreateInvitation(ctx, CreateInvitationRequest{Email: "a@b.test", RoleID: "r"}))
		}},
		{"cancelInvitation", "DELETE /api/v1/invitations/x", account, "", okJSON, func(ctx context.Context, c *Client, _ *Scoped) (any, error) {
			return none(c.CancelInvitation(ctx, "x"))
		}},
		{"createProjectInvitation", "POST /api/v1/projects/p/invitations", account, `{"email":"a@b.test","role_id":"r"}`, idAnswer, func(ctx context.Context, c *Client, _ *Scoped) (any, error) {
			return data(c.CreateProjectInvitation(ctx, "p", CreateInvitationRequest{Email: "a@b.test", RoleID: "r"}))
		}},
	}
}
