package provider_test

import (
	"fmt"
	"testing"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

// A name that was given for an id is answered with the id, wherever an id is expected.
func TestMisnamed(t *testing.T) {
	b := acctest.New(t)
	ids := b.Furnish(t)
	c := b.Client(t)
	role, err := c.GetRole(t.Context(), ids["raff_role"])
	if err != nil {
		t.Fatal(err)
	}
	owner := onlyMember(t, b)
	templates, err := client.Collect(c.ListTemplates(t.Context(), client.TemplateFilter{}))
	if err != nil {
		t.Fatal(err)
	}
	changed := len(b.Mutations())
	for name, test := range map[string]struct{ config, at, id string }{
		"project of a resource":     {`resource "raff_ip" "x" { project_id = "production" }`, "raff_ip.x, project_id", b.Production()},
		"project of a list":         {`data "raff_vms" "x" { project_id = "production" }`, "data.raff_vms.x, project_id", b.Production()},
		"project of a name":         {"data \"raff_vm\" \"x\" {\n name = \"fuzz\"\n project_id = \"production\"\n}", "data.raff_vm.x, project_id", b.Production()},
		"VM by its name":            {`data "raff_vm" "x" { id = "fuzz" }`, "data.raff_vm.x, id", ids["raff_vm"]},
		"volume by its name":        {`data "raff_volume" "x" { id = "fuzz" }`, "data.raff_volume.x, id", ids["raff_volume"]},
		"VPC by its name":           {`data "raff_vpc" "x" { id = "fuzz" }`, "data.raff_vpc.x, id", ids["raff_vpc"]},
		"group by its name":         {`data "raff_security_group" "x" { id = "fuzz" }`, "data.raff_security_group.x, id", ids["raff_security_group"]},
		"project by its name":       {`data "raff_project" "x" { id = "fuzz" }`, "data.raff_project.x, id", ids["raff_project"]},
		"role by its slug":          {`data "raff_role" "x" { id = "fuzz" }`, "data.raff_role.x, id", ids["raff_role"]},
		"API key by its name":       {`data "raff_api_key" "x" { id = "fuzz" }`, "data.raff_api_key.x, id", ids["raff_api_key"]},
		"VM of backups":             {`data "raff_backups" "x" { vm_id = "fuzz" }`, "data.raff_backups.x, vm_id", ids["raff_vm"]},
		"volume of snapshots":       {`data "raff_snapshots" "x" { volume_id = "fuzz" }`, "data.raff_snapshots.x, volume_id", ids["raff_volume"]},
		"role of a member":          {"resource \"raff_member\" \"x\" {\n email = \"x@example.com\"\n role_id = \"fuzz-account\"\n}", "raff_member.x, role_id", "has the id "},
		"role of a member by title": {"resource \"raff_project_member\" \"x\" {\n project_id = \"" + b.Production() + "\"\n api_key_id = \"" + ids["raff_api_key"] + "\"\n role_id = \"" + role.Name + "\"\n}", "raff_project_member.x, role_id", role.ID},
		"API key of a member":       {"resource \"raff_project_member\" \"x\" {\n project_id = \"" + b.Production() + "\"\n api_key_id = \"fuzz\"\n role_id = \"" + role.ID + "\"\n}", "raff_project_member.x, api_key_id", ids["raff_api_key"]},
		"user by the address":       {"resource \"raff_project_member\" \"x\" {\n project_id = \"" + b.Staging() + "\"\n target_user_id = \"" + owner.Email + "\"\n role_id = \"" + role.ID + "\"\n}", "raff_project_member.x, target_user_id", owner.UserID},
		"VM of a volume attachment": {"resource \"raff_volume_attachment\" \"x\" {\n project_id = \"" + b.Production() + "\"\n volume_id = \"" + ids["raff_volume"] + "\"\n vm_id = \"fuzz\"\n}", "raff_volume_attachment.x, vm_id", ids["raff_vm"]},
		"volume of an attachment":   {"resource \"raff_volume_attachment\" \"x\" {\n project_id = \"" + b.Production() + "\"\n volume_id = \"fuzz\"\n vm_id = \"" + ids["raff_vm"] + "\"\n}", "raff_volume_attachment.x, volume_id", ids["raff_volume"]},
		"template of a VM":          {"resource \"raff_vm\" \"x\" {\n project_id = \"" + b.Production() + "\"\n name = \"x\"\n pricing_id = 9\n ssh_keys = [\"" + acctest.SSHKey + "\"]\n template_id = \"" + templates[0].Name + "\"\n}", "raff_vm.x, template_id", templates[0].ID},
	} {
		t.Run(name, func(t *testing.T) {
			b.RefusedSince(t, changed, b.Config(test.config), fmt.Sprintf(`^(An id is expected|Invalid id of a volume) with %s: .*%s`, test.at, test.id))
		})
	}
	t.Run("allowed project", func(t *testing.T) {
		b.RefusedSince(t, changed, b.ConfigWith(`allowed_project_ids = ["production"]`, `data "raff_projects" "x" {}`),
			`^An id is expected with provider, allowed_project_ids: .*`+b.Production())
	})
}
