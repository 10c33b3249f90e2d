package privacy

import (
	"strings"
	"unicode"

	"acvdata/services/words"
)

// firstNames are the most frequent first names of people born in France since
// 1900, folded (INSEE, "Fichier des prénoms", edition 2024: facts counted from
// civil registers). Those that are also common words of towns' tables, plants
// above all (Rose, Ambre, Jasmine, Capucine), are left out.
var firstNames = setOf(`
adam adrien agathe alain albert alexandra alexandre alexis alice aline amandine amelie anais andre andree angelique anna anne annick annie
anthony antoine arnaud arthur audrey aurelie aurelien axel baptiste beatrice benjamin benoit bernadette bernard bertrand brigitte bruno
camille carine carole caroline catherine cecile cedric celine chantal charles charlotte chloe christelle christian christiane christine
christophe clara claire claude claudine clement colette corinne cyril damien daniel danielle david delphine denis denise didier dominique
dylan edith edouard elisabeth elise elodie emilie emma emmanuel emmanuelle enzo eric estelle etienne eugene eva evelyne fabien fabienne
fabrice fatima fernand fernande florence florian francis franck francois francoise frederic gabriel gaston genevieve georges georgette
gerard germaine ghislaine gilbert gilles ginette gregory guillaume guy helene henri henriette herve hugo huguette ines irene isabelle
jacqueline jacques jade jean jeanne jeannine jerome jeremy jessica joel jocelyne johan jonathan josette joseph josiane jules julie julien
juliette justine karim karine kevin laetitia laura laure laurence laurent lea leo leon liliane lilou lina loic lola louis louise louna
luc lucas lucette lucie lucien lucienne ludovic madeleine mael malika manon marc marcel marcelle margaux marie marine marion marius
martine mathieu mathilde mathis matthieu maurice maxime mehdi melanie mickael michel michele micheline mireille mohamed monique morgane
muriel nadia nadine nathalie nathan nicolas nicole nina noah noel noemie odette olivier oceane pascal pascale patrice patricia patrick
paul paule paulette pauline philippe pierre pierrette quentin rachel raphael raymond raymonde rayan regine regis remi rene renee robert
roger roland romain sabrina sacha samuel sandra sandrine sarah sebastien serge severine simon simone solange sophie stephane stephanie
suzanne sylvain sylvie theo therese thierry thomas tom valentin valerie vanessa veronique victor vincent virginie xavier yann yannick
yves yvette yvonne yohan youssef zoe`)

// places are words that make a name a place's: "Parc Jean Moulin".
var places = setOf(`
abbaye aire allee arboretum arret avenue barrage bassin batiment bibliotheque bois boulevard bourg caserne cathedrale centre chapelle
chateau chemin cimetiere cinema cite clinique club college complexe conservatoire cours creche digue ecole eglise espace etang fontaine
foret foyer gare groupe gymnase halle hameau hopital hotel ile impasse jardin lac lavoir lycee mail mairie maison marche maternelle
mediatheque moulin musee palais parc parking parvis passage passerelle patinoire piscine place plage plaine pont port porte prairie quai
quartier residence riviere rond route rue salle salon secteur sentier serre site square stade station theatre tour universite val vallee
verger village voie zone association societe sarl sas sci ets entreprise collectif amicale comite syndicat communaute commune ville
departement region prefecture saint sainte`)

func setOf(list string) map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(list) {
		set[w] = true
	}
	return set
}

// particles stand in names without a capital.
var particles = setOf("de du des la le d l van von da dos el ben")

// titles come before a name.
var titles = setOf("m mr mme mlle monsieur madame mademoiselle dr docteur me maitre")

// isFirstName reports whether a cell is a first name alone: "Marie", "Jean-Luc".
func isFirstName(cell string) bool {
	for _, part := range strings.FieldsFunc(words.Fold(cell), func(r rune) bool { return r == '-' || r == ' ' || r == ',' }) {
		if !firstNames[part] {
			return false
		}
	}
	return cell != ""
}

// isPerson reports whether a cell reads as a person's name: two to five words
// with capitals, one of them a first name, none of them a place's; or a title
// and a name.
func isPerson(cell string) bool {
	const most = 5
	parts := strings.FieldsFunc(cell, func(r rune) bool { return unicode.IsSpace(r) || r == ',' || r == '.' || r == '\'' || r == '’' })
	if len(parts) < 2 || len(parts) > most {
		return false
	}
	first, titled, rest := false, false, 0
	for i, p := range parts {
		folded := words.Fold(p)
		switch {
		case places[folded]:
			return false
		case i == 0 && titles[folded]:
			titled = true
		case particles[folded]:
		case !capital(p):
			return false
		case isFirstName(p) && !first:
			first = true
		default:
			rest++
		}
	}
	return rest > 0 && (first || titled)
}

// capital reports whether a word starts with a capital and holds letters only.
func capital(word string) bool {
	for i, r := range word {
		if i == 0 && !unicode.IsUpper(r) || i > 0 && !unicode.IsLetter(r) && r != '-' {
			return false
		}
	}
	return word != ""
}
