package trees

import (
	"acvdata/modules/trees/views"
	"acvdata/services/i18n"
)

// basis says how many trees a chart rests on and how many it leaves out.
func (b board) basis(v views.Basis, name string, unknown int64, href string) views.Basis {
	v.Text = b.t("trees.figures.basis."+name, i18n.N(b.figures.Standing-unknown))
	if unknown > 0 {
		v.Unknown, v.Href = b.t("trees.figures.unknown."+name, i18n.N(unknown)), href
	}
	return v
}

func (b board) agesChart() views.Basis {
	f, c := b.figures, b.chart("age")
	for class, n := range f.Ages {
		c.Data = append(c.Data, datum(b.t(ageLabelKey(class)), n, "")) // lists do not filter by age
	}
	if known := f.Standing - f.Ageless; known > 0 {
		c.Finding = b.t("trees.figures.finding.age", i18n.V{"Share": i18n.Percent(share(f.Ages[0]+f.Ages[1], known), 1)})
	}
	return b.basis(views.Basis{Chart: c}, "age", f.Ageless, "")
}

// thick is the first class of diameters that the finding calls large: 45 cm is
// a girth of about 1.40 m.
const thick = 4

func (b board) diametersChart() views.Basis {
	f, c := b.figures, b.chart("diameter")
	var large int64
	for class, n := range f.Diameters {
		c.Data = append(c.Data, datum(b.t(diameterLabelKey(class)), n, b.standingWith(Filter{Diameter: &class})))
		if class >= thick {
			large += n
		}
	}
	if measured := f.Standing - f.Unsized; measured > 0 {
		c.Finding = b.t("trees.figures.finding.diameter", i18n.V{"Share": i18n.Percent(share(large, measured), 1)})
	}
	unknown := UnknownDiameter
	return b.basis(views.Basis{Chart: c}, "diameter", f.Unsized, b.standingWith(Filter{Diameter: &unknown}))
}

func (b board) stagesChart() views.Basis {
	c := b.chart("stage")
	unknown, most := b.figures.Stageless, Facet{}
	for _, facet := range b.figures.Stages {
		if facet.N > most.N {
			most = facet
		}
		stage := Stage(facet.Value)
		c.Data = append(c.Data, datum(b.t(stage.LabelKey()), facet.N, b.standingWith(Filter{Stage: stage})))
	}
	if known := b.figures.Standing - unknown; known > 0 {
		c.Finding = b.t("trees.figures.finding.stage", i18n.V{
			"Stage": b.t(Stage(most.Value).LabelKey()), "Share": i18n.Percent(share(most.N, known), 1),
		})
	}
	return b.basis(views.Basis{Chart: c, Shares: true}, "stage", unknown, b.standingWith(Filter{NoStage: true}))
}
