package export

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/rafftechnologies/terraform-provider-raff/internal/protocol"
)

const (
	typeBackup = "raff_backup"
	allBackups = "raff_backups" // the data source
	isPassing  = "a backup of a schedule, which deletes it again"
)

// passing marks the backups that schedules have created and delete again: only a data source says which ones these are.
func (r *reader) passing(ctx context.Context) {
	backups := r.kinds[typeBackup]
	if backups == nil || len(backups.objects) == 0 {
		return
	}
	expiring, err := r.expiring(ctx)
	if err != nil {
		backups.holes = append(backups.holes, "It is not known which backups schedules delete again: "+err.Error())
		return
	}
	for i, object := range backups.objects {
		if expiring[textOf(protocol.Attributes(object.State)["id"])] && object.Address == "" {
			backups.objects[i].Platform = isPassing
		}
	}
}

// expiring are the ids of the backups that end by themselves.
func (r *reader) expiring(ctx context.Context) (map[string]bool, error) {
	schema := r.p.Schemas.DataSourceSchemas[allBackups]
	if schema == nil {
		return nil, errors.New("the provider cannot tell")
	}
	config, err := protocol.Dynamic(protocol.Empty(schema.ValueType(), nil))
	if err != nil {
		return nil, err
	}
	response, err := r.p.Server.ReadDataSource(ctx, &tfprotov6.ReadDataSourceRequest{TypeName: allBackups, Config: config})
	if err == nil {
		err = protocol.Failed(response.Diagnostics)
	}
	if err != nil {
		return nil, err
	}
	state, err := response.State.Unmarshal(schema.ValueType())
	if err != nil {
		return nil, err
	}
	var all []tftypes.Value
	if err := protocol.Attributes(state)["backups"].As(&all); err != nil {
		return nil, err
	}
	found := map[string]bool{}
	for _, one := range all {
		backup := protocol.Attributes(one)
		found[textOf(backup["id"])] = !backup["expire_date"].IsNull()
	}
	return found, nil
}
