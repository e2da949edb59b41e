package bench

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"
	"github.com/zclconf/go-cty/cty/msgpack"

	"github.com/rafftechnologies/terraform-provider-raff/internal/provider"
)

// unlimited is a rate of requests, by the second, that making an account does not reach.
const unlimited = 10_000

// engine does in this process what Terraform does with a provider process, to make the states that are measured with:
// Terraform itself would take hours for thousands of objects.
type engine struct {
	server    tfprotov6.ProviderServer
	resources map[string]resourceType
}

// resourceType is what a state has to know of a resource type.
type resourceType struct {
	value, identity               cty.Type
	valueVersion, identityVersion int64
	// sensitive are the paths of what the schema calls sensitive. Without them in the state, Terraform plans an update.
	sensitive [][]pathStep
}

// instance is an object as a state has it.
type instance struct {
	value    cty.Value
	identity cty.Value // cty.NilVal where there is none
	private  []byte
}

// newEngine returns an engine with the provider configured for a backend.
func newEngine(ctx context.Context, url, key string) (*engine, error) {
	e := &engine{server: provider.NewServer("bench")(), resources: map[string]resourceType{}}
	schemas, err := e.server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return nil, err
	}
	identities, err := e.server.GetResourceIdentitySchemas(ctx, &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		return nil, err
	}
	for name, schema := range schemas.ResourceSchemas {
		typ := resourceType{valueVersion: schema.Version, sensitive: [][]pathStep{}}
		for _, attribute := range schema.Block.Attributes {
			if attribute.Sensitive {
				typ.sensitive = append(typ.sensitive, []pathStep{{"get_attr", attribute.Name}})
			}
		}
		if typ.value, err = ctyType(schema.ValueType()); err != nil {
			return nil, err
		}
		if identity, ok := identities.IdentitySchemas[name]; ok {
			typ.identityVersion = identity.Version
			if typ.identity, err = ctyType(identity.ValueType()); err != nil {
				return nil, err
			}
		}
		e.resources[name] = typ
	}
	return e, e.configure(ctx, schemas.Provider, url, key)
}

func (e *engine) configure(ctx context.Context, schema *tfprotov6.Schema, url, key string) error {
	typ, err := ctyType(schema.ValueType())
	if err != nil {
		return err
	}
	values := nulls(typ)
	values["api_url"], values["api_key"] = cty.StringVal(url), cty.StringVal(key)
	values["requests_per_second"] = cty.NumberIntVal(unlimited)
	config, err := encode(cty.ObjectVal(values))
	if err != nil {
		return err
	}
	response, err := e.server.ConfigureProvider(ctx, &tfprotov6.ConfigureProviderRequest{Config: config})
	if err != nil {
		return err
	}
	return firstError(response.Diagnostics)
}

// create plans and creates an object.
func (e *engine) create(ctx context.Context, typeName string, config cty.Value) (instance, error) {
	wanted, err := encode(config)
	if err != nil {
		return instance{}, err
	}
	prior, err := encode(cty.NullVal(config.Type()))
	if err != nil {
		return instance{}, err
	}
	plan, err := e.server.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{
		TypeName: typeName, PriorState: prior, ProposedNewState: wanted, Config: wanted,
	})
	if err == nil {
		err = firstError(plan.Diagnostics)
	}
	if err != nil {
		return instance{}, fmt.Errorf("planning a %s: %w", typeName, err)
	}
	made, err := e.server.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{
		TypeName: typeName, PriorState: prior, PlannedState: plan.PlannedState, Config: wanted,
		PlannedPrivate: plan.PlannedPrivate, PlannedIdentity: plan.PlannedIdentity,
	})
	if err == nil {
		err = firstError(made.Diagnostics)
	}
	if err != nil {
		return instance{}, fmt.Errorf("creating a %s: %w", typeName, err)
	}
	return e.instance(typeName, made.NewState, made.NewIdentity, made.Private)
}

// read reads an object as a refresh does.
func (e *engine) read(ctx context.Context, typeName string, of instance) (instance, error) {
	current, err := encode(of.value)
	if err != nil {
		return instance{}, err
	}
	response, err := e.server.ReadResource(ctx, &tfprotov6.ReadResourceRequest{TypeName: typeName, CurrentState: current, Private: of.private})
	if err == nil {
		err = firstError(response.Diagnostics)
	}
	if err != nil {
		return instance{}, fmt.Errorf("reading a %s: %w", typeName, err)
	}
	return e.instance(typeName, response.NewState, response.NewIdentity, response.Private)
}

// instance decodes what the provider has answered. The object counts as an old one: it is not looked for with the patience
// that a new one needs.
func (e *engine) instance(typeName string, state *tfprotov6.DynamicValue, identity *tfprotov6.ResourceIdentityData, private []byte) (instance, error) {
	typ := e.resources[typeName]
	value, err := msgpack.Unmarshal(state.MsgPack, typ.value)
	if err != nil {
		return instance{}, err
	}
	if value.IsNull() {
		return instance{}, fmt.Errorf("the %s is gone", typeName)
	}
	made := instance{value: value, identity: cty.NilVal}
	if identity != nil && identity.IdentityData != nil {
		if made.identity, err = msgpack.Unmarshal(identity.IdentityData.MsgPack, typ.identity); err != nil {
			return instance{}, err
		}
	}
	made.private, err = aged(private)
	return made, err
}

// aged is a private state without the time of creation.
func aged(private []byte) ([]byte, error) {
	if len(private) == 0 {
		return nil, nil
	}
	var keys map[string]json.RawMessage
	if err := json.Unmarshal(private, &keys); err != nil {
		return nil, err
	}
	delete(keys, "born")
	if len(keys) == 0 {
		return nil, nil
	}
	return json.Marshal(keys)
}

// nulls are null attributes of an object type.
func nulls(typ cty.Type) map[string]cty.Value {
	values := map[string]cty.Value{}
	for name, attribute := range typ.AttributeTypes() {
		values[name] = cty.NullVal(attribute)
	}
	return values
}

func ctyType(of tftypes.Type) (cty.Type, error) {
	encoded, err := of.MarshalJSON() //nolint:staticcheck // the only way from one kind of types to the other
	if err != nil {
		return cty.NilType, err
	}
	return ctyjson.UnmarshalType(encoded)
}

func encode(value cty.Value) (*tfprotov6.DynamicValue, error) {
	encoded, err := msgpack.Marshal(value, value.Type())
	if err != nil {
		return nil, err
	}
	return &tfprotov6.DynamicValue{MsgPack: encoded}, nil
}

func firstError(diagnostics []*tfprotov6.Diagnostic) error {
	for _, d := range diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			return fmt.Errorf("%s: %s", d.Summary, d.Detail)
		}
	}
	return nil
}
