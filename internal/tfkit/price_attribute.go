package tfkit

import (
	datasource "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
)

// What all prices have in common.
const (
	monthlyPrice = "Price in USD a month, a decimal number as text: "
	pricePerHour = "Price in USD an hour, a decimal number as text: "
)

// MonthlyPriceAttribute is the price a month of a resource. of says what it is the price of, and kept, a sentence, when it is known and
// when it changes.
func MonthlyPriceAttribute(of, kept string) schema.StringAttribute {
	return ComputedString(monthlyPrice + of + " " + kept + " The catalogue may have another price by then: the data source shows that.")
}

// PricePerHourAttribute is the price an hour of a resource. of says what it is the price of.
func PricePerHourAttribute(of string) schema.StringAttribute {
	return ComputedString(pricePerHour + of + " It changes only when `monthly_price` does.")
}

// MonthlyPrice is the price a month of what a data source finds, by the catalogue as it is now.
func MonthlyPrice(of string) datasource.Attribute {
	return Text(monthlyPrice + of + " It is that of the catalogue as it is now.")
}

// PricePerHour is the price an hour of what a data source finds.
func PricePerHour(of string) datasource.Attribute { return Text(pricePerHour + of) }

// CataloguePrice is a price of the catalogue. of says for what and how long, as "a GB and month", and what else there is to say.
func CataloguePrice(of string) datasource.Attribute {
	return Text("Price in USD for " + of + ". A decimal number as text.")
}
