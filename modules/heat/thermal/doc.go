// Package thermal computes how hot air feels from its temperature and humidity
// ("indices thermiques"): humidex and heat index. Both know neither wind nor
// sun, which a shaded screen hides: they are said with that limit, and never
// called a felt temperature in the street.
//
// Formulas carry their source and meet its published check values.
package thermal
