// Package lcz knows the 17 local climate zones ("zones climatiques locales") of
// Stewart and Oke (2012) and how files write them: Cerema's 1–10 and A–G,
// GeoClimate's 1–10 and 101–107, WUDAPT's 1–17. Four families of codes, one
// canonical class. It also reads the polygons of such files.
package lcz
