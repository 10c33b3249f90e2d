package tabular

// codes recognises digits that are names, not amounts: official codes, phone
// numbers, and anything written with zeros in front.
func (j *judge) codes() bool {
	switch {
	case j.fits(j.count(isSIRET)) && (j.hint.siret() || j.distinct >= 3):
		j.give(SIRET, isSIRET, Reason{Code: "check_digit"})
	case j.fits(j.count(isSIREN)) && (j.hint.siren() || j.distinct >= 5) && j.count(isTelling) == 0:
		j.give(SIREN, isSIREN, Reason{Code: "check_digit"})
	case j.fits(j.count(isPhone)):
		j.give(Phone, isPhone, Reason{Code: "phone"})
	case j.fits(j.count(isINSEE)) && (j.hint.insee() || j.count(isCorsica) > 0 && !j.hint.postcode()):
		j.give(INSEE, isINSEE, j.whyCode())
	case j.fits(j.count(isPostcode)) && j.hint.postcode():
		j.give(Postcode, isPostcode, j.whyCode())
	case j.zerosLost(isINSEE) && j.hint.insee():
		j.give(INSEE, isINSEE, Reason{Code: "heading"}, Reason{Code: "zeros_lost"})
	case j.zerosLost(isPostcode) && j.hint.postcode():
		j.give(Postcode, isPostcode, Reason{Code: "heading"}, Reason{Code: "zeros_lost"})
	case j.count(hasZeros) > 0 && j.fits(j.count(isPlain)):
		j.give(Code, isPlain, Reason{Code: "leading_zeros"})
	default:
		return false
	}
	return true
}

// isTelling are marks that a code does not have.
const isTelling = isComma | isPoint | isDate

func (j *judge) whyCode() Reason {
	if j.hint.insee() || j.hint.postcode() {
		return Reason{Code: "heading"}
	}
	return Reason{Code: "commune_code"}
}

// zerosLost reports a column of codes that a spreadsheet took for numbers:
// five digits, or four where the department is below ten.
func (j *judge) zerosLost(code evidence) bool {
	short := j.count(isShort)
	return short > 0 && j.fits(short+j.count(code))
}
