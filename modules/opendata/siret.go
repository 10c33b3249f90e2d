package opendata

import (
	"strconv"
	"strings"

	"acvdata/tenants"
)

// siretOf is the SIRET of the town hall: the one the town gave, else the one of
// its first establishment (SIREN, 0001, key), which is where town halls are
// registered. The key is Luhn's, as INSEE computes it.
func siretOf(town *tenants.Tenant) string {
	if given := settings.Of(town, code).Text(settingSIRET); given != "" {
		return given
	}
	first := town.SIREN + "0001"
	for key := range 10 {
		if all := first + strconv.Itoa(key); isSIRET(all) {
			return all
		}
	}
	return ""
}

// isSIRET checks the length and the key of a SIRET.
func isSIRET(s string) bool {
	if len(s) != 14 || strings.Trim(s, "0123456789") != "" {
		return false
	}
	sum := 0
	for i, digit := range []byte(s) {
		n := int(digit - '0')
		if i%2 == 0 { // every second one from the right
			n *= 2
		}
		sum += n/10 + n%10
	}
	return sum%10 == 0
}
