"""Opens a Darwin Core Archive as its standard says (Darwin Core Text Guide), with
nothing but the standard library, and prints what it found as JSON."""

import csv
import io
import json
import sys
import xml.etree.ElementTree as ElementTree
import zipfile

TEXT = "{http://rs.tdwg.org/dwc/text/}"


def unescaped(text):
    return text.replace("\\t", "\t").replace("\\n", "\n").replace("\\r", "\r")


def records(archive, core):
    encoding = core.get("encoding", "UTF-8")
    separator = unescaped(core.get("fieldsTerminatedBy", ","))
    ends = unescaped(core.get("linesTerminatedBy", "\n"))
    quote = core.get("fieldsEnclosedBy", '"')
    fields = [(f.get("index"), f.get("term"), f.get("default")) for f in core.findall(TEXT + "field")]
    key = int(core.find(TEXT + "id").get("index"))
    for location in core.find(TEXT + "files").findall(TEXT + "location"):
        text = archive.read(location.text.strip()).decode(encoding, "strict")
        lines = io.StringIO(text.replace(ends, "\n"), newline="\n")
        if quote:
            rows = csv.reader(lines, delimiter=separator, quotechar=quote)
        else:
            rows = csv.reader(lines, delimiter=separator, quoting=csv.QUOTE_NONE)
        for number, row in enumerate(rows):
            if number < int(core.get("ignoreHeaderLines", "0")):
                continue
            record = {"": row[key], "columns": len(row)}
            for index, term, default in fields:
                value = row[int(index)] if index is not None else ""
                record[term.rsplit("/", 1)[-1]] = value or default or ""
            yield record


def main(path):
    with zipfile.ZipFile(path) as archive:
        damaged = archive.testzip()
        meta = ElementTree.fromstring(archive.read("meta.xml"))
        core = meta.find(TEXT + "core")
        description = ElementTree.fromstring(archive.read(meta.get("metadata")))
        json.dump({
            "root": meta.tag, "damaged": damaged, "type": core.get("rowType"), "title": description.findtext("dataset/title"),
            "records": list(records(archive, core)),
        }, sys.stdout)


main(sys.argv[1])
