package tabular_test

import (
	"strings"
	"testing"

	"acvdata/services/tabular"
)

func TestDialectIsFound(t *testing.T) {
	t.Parallel()
	many := func(s string) string { return strings.Repeat(s, 30) }
	for _, c := range []struct {
		name      string
		content   string
		separator rune
		quote     rune
		header    int
		preamble  int
		headings  string
		rows      int
	}{
		{"semicolons and decimal commas", "genre;hauteur\n" + many("Tilia;12,5\n"), ';', '"', 1, 0, "genre¦hauteur", 30},
		{"nothing but decimal commas between semicolons", "a;b\n" + many("1,5;2,5\n"), ';', '"', 1, 0, "a¦b", 30},
		{"commas", "genre,hauteur\n" + many("Tilia,12.5\n"), ',', '"', 1, 0, "genre¦hauteur", 30},
		{"tabs with commas in the text", "genre\tnote\n" + many("Tilia\tgrand, beau, vieux\n"), '\t', '"', 1, 0, "genre¦note", 30},
		{"bars", "genre|hauteur\n" + many("Tilia|12\n"), '|', '"', 1, 0, "genre¦hauteur", 30},
		{"bars inside cells of a comma file", "id,codes\n" + many("1,a|b|c\n"), ',', '"', 1, 0, "id¦codes", 30},
		{"one column", "genre\n" + many("Tilia\n"), 0, '"', 1, 0, "genre", 30},
		{"one column of text with commas", "note\n" + many("grand, beau\n") + many("vieux\n"), 0, '"', 1, 0, "note", 60},
		{"separators in quotes", "a;b\n" + many("\"x;y;z\";2\n"), ';', '"', 1, 0, "a¦b", 30},
		{"single quotes", "'a','b'\n" + many("'x, y','2'\n"), ',', '\'', 1, 0, "a¦b", 30},
		{"apostrophes are no quotes", "a,b\n" + many("l'orme,d'ici\n"), ',', '"', 1, 0, "a¦b", 30},
		{"a spreadsheet's sep line", "sep=;\na;b\n" + many("1;2\n"), ';', '"', 2, 1, "a¦b", 30},
		{"a sep line against appearances", "sep=,\na,b\n" + many("1,2\n"), ',', '"', 2, 1, "a¦b", 30},
		{"Windows line ends", "a;b\r\n" + many("1;2\r\n"), ';', '"', 1, 0, "a¦b", 30},
		{"old Macintosh line ends", "a;b\r" + many("1;2\r"), ';', '"', 1, 0, "a¦b", 30},
		{"titles above", "Inventaire 2023\nVille d’Alès\n\ngenre;hauteur;note\n" + many("Tilia;12,5;ok\n"), ';', '"', 4, 3, "genre¦hauteur¦note", 30},
		{"a title spread over the columns", "Inventaire;;;;\n;;;;\na;b;c;d;e\n" + many("x;1;2;3;4\n"), ';', '"', 3, 2, "a¦b¦c¦d¦e", 30},
		{"no headings", many("Tilia;12,5;2020\n"), ';', '"', 0, 0, "¦¦", 30},
		{"no headings under a note", "export du jour\n" + many("Tilia;12,5;2020\n"), ';', '"', 0, 1, "¦¦", 30},
		{"years as headings", "commune;2019;2020\n" + many("Alès;12;13\n"), ';', '"', 1, 0, "commune¦2019¦2020", 30},
		{"a mark inside the first quotes", "\"\ufeffa\";b\n" + many("1;2\n"), ';', '"', 1, 0, "a¦b", 30},
		{"two marks", "\ufeff\ufeffa;b\n" + many("1;2\n"), ';', '"', 1, 0, "a¦b", 30},
		{"headings over two lines", "\"haut\nmax\";b\n" + many("1;2\n"), ';', '"', 1, 0, "haut max¦b", 30},
		{"a separator after the last column", "a;b;\n" + many("1;2;\n"), ';', '"', 1, 0, "a¦b", 30},
		{"more cells than headings", "a;b\n" + many("1;2;3\n"), ';', '"', 1, 0, "a¦b¦", 30},
		{"the last line without end", "a;b\n" + many("1;2\n") + "3;4", ';', '"', 1, 0, "a¦b", 31},
		{"headings in square brackets", "[Nom];[Date]\n" + many("Tilia;x\n"), ';', '"', 1, 0, "[Nom]¦[Date]", 30},
		{"identifiers in braces", "{C1B6D229};Tilia;3\n" + many("{C1B6D22A};Tilia;4\n"), ';', '"', 0, 0, "¦¦", 31},
		{"one row", "a;b\n1;2", ';', '"', 1, 0, "a¦b", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := open(t, "a.csv", c.content)
			d := f.Dialect()
			if d.Separator != c.separator || d.Quote != c.quote {
				t.Errorf("got separator %q, quote %q", d.Separator, d.Quote)
			}
			if d.HeaderLine != c.header || d.Preamble != c.preamble {
				t.Errorf("got headings on line %d after %d lines", d.HeaderLine, d.Preamble)
			}
			if got := strings.Join(f.Headings(), "¦"); got != c.headings {
				t.Errorf("got headings %q, want %q", got, c.headings)
			}
			if got := rows(t, f); len(got) != c.rows {
				t.Errorf("got %d rows, want %d", len(got), c.rows)
			}
			if d.Confidence <= 0 || d.Confidence > 1 || len(d.Reasons) == 0 {
				t.Errorf("got confidence %v, reasons %v", d.Confidence, d.Reasons)
			}
		})
	}
}

func TestTheChosenDialectIsTaken(t *testing.T) {
	t.Parallel()
	content := "a,b;c\n1,2;3\n4,5;6\n"
	f := open(t, "a.csv", content, tabular.WithDialect(tabular.Dialect{Separator: ',', Quote: '"', HeaderLine: 0, Preamble: 1}))
	got := rows(t, f)
	if len(got) != 2 || got[0].cells != "1¦2;3" || got[0].line != 2 || strings.Join(f.Headings(), "¦") != "¦" {
		t.Errorf("got %+v, headings %q", got, f.Headings())
	}
}

func TestEncodings(t *testing.T) {
	t.Parallel()
	const text = "nom;note\nChêne pédonculé;très âgé à côté\nHêtre;cœur brûlé\n"
	wide := func(order func(r rune) string) string {
		var b strings.Builder
		for _, r := range text {
			b.WriteString(order(r))
		}
		return b.String()
	}
	little := wide(func(r rune) string { return string([]byte{byte(r), byte(r >> 8)}) })
	big := wide(func(r rune) string { return string([]byte{byte(r >> 8), byte(r)}) })
	for _, c := range []struct {
		name, content string
		encoding      tabular.Encoding
		marks         int
	}{
		{"UTF-8", text, tabular.UTF8, 0},
		{"UTF-8 with a mark", "\ufeff" + text, tabular.UTF8, 1},
		{"UTF-8 with two marks", "\ufeff\ufeff" + text, tabular.UTF8, 2},
		{"UTF-16 little-endian with a mark", "\xff\xfe" + little, tabular.UTF16LE, 1},
		{"UTF-16 big-endian with a mark", "\xfe\xff" + big, tabular.UTF16BE, 1},
		{"UTF-16 little-endian without mark", little, tabular.UTF16LE, 0},
		{"UTF-16 big-endian without mark", big, tabular.UTF16BE, 0},
		{"Windows-1252", "nom;note\nCh\xeane p\xe9doncul\xe9;tr\xe8s \xe2g\xe9 \xe0 c\xf4t\xe9\nH\xeatre;c\x9cur br\xfbl\xe9\n", tabular.Windows1252, 0},
		{"ISO-8859-15", "nom;note\nCh\xeane p\xe9doncul\xe9;tr\xe8s \xe2g\xe9 \xe0 c\xf4t\xe9\nH\xeatre;c\xbdur br\xfbl\xe9\n", tabular.ISO885915, 0},
		{"Macintosh", "nom;note\nCh\x90ne p\x8edoncul\x8e;tr\x8fs \x89g\x8e \x88 c\x99t\x8e\nH\x90tre;c\xcfur br\x9el\x8e\n", tabular.MacRoman, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := open(t, "a.csv", c.content)
			if d := f.Dialect(); d.Encoding != c.encoding || d.Marks != c.marks {
				t.Errorf("got %s with %d marks", d.Encoding, d.Marks)
			}
			got := rows(t, f)
			if len(got) != 2 || got[0].cells != "Chêne pédonculé¦très âgé à côté" || got[1].cells != "Hêtre¦cœur brûlé" {
				t.Errorf("got %+v", got)
			}
			if got[0].codes() != "" {
				t.Errorf("a whole file in one encoding has problems: %s", got[0].codes())
			}
		})
	}
}

func TestLinesInAnotherEncodingAreDecodedAndTold(t *testing.T) {
	t.Parallel()
	utf8 := "nom;n\nChêne;1\nÉrable;2\nCh\xeane;3\nFrêne;4\n"
	got := rows(t, open(t, "a.csv", utf8))
	if got[2].cells != "Chêne¦3" || got[2].codes() != "other_encoding" || got[2].line != 4 || got[2].unusable {
		t.Errorf("Windows-1252 in UTF-8: got %+v", got[2])
	}
	if got[1].codes() != "" || got[3].cells != "Frêne¦4" {
		t.Errorf("the other lines: got %+v", got)
	}
	latin := "nom;n\nCh\xeane;1\n\xc9rable;2\nChêne;3\nFr\xeane;4\n"
	got = rows(t, open(t, "a.csv", latin))
	if got[2].cells != "Chêne¦3" || got[2].codes() != "other_encoding" || got[0].cells != "Chêne¦1" || got[0].codes() != "" {
		t.Errorf("UTF-8 in Windows-1252: got %+v", got)
	}
}
