"""Reads a town's API with OWSLib and says what it read, as JSON."""

import json
import sys

from owslib.ogcapi.features import Features
from owslib.ogcapi.records import Records

url, west, south, east, north = sys.argv[1], *map(float, sys.argv[2:6])
api, catalogue = Features(url), Records(url)


def items(**asked):
    return api.collection_items("arbres", **asked)


first = items(limit=3)
found = catalogue.collection_items("catalogue", q="arbres", limit=1)
print(json.dumps({
    "openapi": api.api()["openapi"],
    "conforms": api.conformance()["conformsTo"],
    "collections": api.feature_collections(),
    "title": api.collection("arbres")["title"],
    "queryables": sorted(api.collection_queryables("arbres")["properties"]),
    "first": [f["id"] for f in first["features"]],
    "item": api.collection_item("arbres", first["features"][0]["id"])["id"],
    "box": [f["id"] for f in items(bbox=[west, south, east, north], limit=10000)["features"]],
    "filtered": [f["id"] for f in items(filter="CASEI(genre) = 'tilia' AND remarquable = false", limit=10000)["features"]],
    "placed": [f["id"] for f in items(
        filter=f"S_INTERSECTS(geometry, BBOX({west},{south},{east},{north}))", limit=10000,
        **{"filter-lang": "cql2-text"})["features"]],
    "sorted": [f["id"] for f in items(sortby="-id", limit=2)["features"]],
    "matched": first["numberMatched"],
    "records": [r["id"] for r in found["features"]],
    "record": catalogue.collection_item("catalogue", found["features"][0]["id"])["properties"]["title"],
    "recordQueryables": sorted(catalogue.collection_queryables("catalogue")["properties"]),
}))
