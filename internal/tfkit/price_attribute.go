package tfkit

import (
	datasource "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
)

// asText is how all prices are given.
const asText = ", a decimal number as text"

// onlyThen says when the prices of a resource change.
const onlyThen = " It is known at plan where the plan and the size are, and stays as it is until one of them changes: the catalogue may " +
	"have another price by then, which the data source shows."

// MonthlyPriceAttribute is the price a month of a resource. of says what it is the price of.
func MonthlyPriceAttribute(of string) schema.StringAttribute {
	return ComputedString("Price in USD a month by the catalogue" + asText + ": " + of + "." + onlyThen)
}

// PricePerHourAttribute is the price an hour of a resource. of says what it is the price of.
func PricePerHourAttribute(of string) schema.StringAttribute {
	return ComputedString("Price in USD an hour" + asText + ": " + of + ". As `monthly_price`, it stays as it is until the size changes.")
}

// MonthlyPrice is the price a month of what a data source finds.
func MonthlyPrice(of string) datasource.Attribute {
	return Text("Price in USD a month by the catalogue of today" + asText + ": " + of + ".")
}

// PricePerHour is the price an hour of what a data source finds.
func PricePerHour(of string) datasource.Attribute {
	return Text("Price in USD an hour" + asText + ": " + of + ".")
}

// CataloguePrice is a price of the catalogue. of says for what and how long, as "a GB and month".
func CataloguePrice(of string) datasource.Attribute {
	return Text("Price in USD of " + of + asText + ".")
}
