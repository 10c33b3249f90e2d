// Scores every dataset of a catalogue by the European portal's method, from its
// published table and with an independent parser: what the platform shows must be
// the same. Every address is taken to answer.
//
//   node mqa.mjs catalog.ttl|catalog.jsonld|catalog.rdf [copy.nt]
//
// Prints one JSON object: {"montclair/arbres": 405, …}; copy.nt gets what was read,
// one statement a line.
import { createReadStream, readFileSync, writeFileSync } from 'node:fs'
import process from 'node:process'
import rdf from '@zazuko/env'
import { JsonLdParser } from 'jsonld-streaming-parser'
import { Parser } from 'n3'
import { RdfXmlParser } from 'rdfxml-streaming-parser'

const [file, copy] = process.argv.slice(2)
const base = 'http://acv.test/'
const names = {
  dct: 'http://purl.org/dc/terms/',
  dcat: 'http://www.w3.org/ns/dcat#',
  foaf: 'http://xmlns.com/foaf/0.1/',
  rdf: 'http://www.w3.org/1999/02/22-rdf-syntax-ns#',
}
const authority = 'http://publications.europa.eu/resource/authority/'
const open = ['CSV', 'GEOJSON', 'GPKG', 'JSON', 'KML', 'ODS', 'XML', 'ZIP']
const readable = [...open, 'XLS', 'XLSX', 'SHP']

function parse() {
  if (file.endsWith('.ttl')) return new Parser({ baseIRI: base }).parse(readFileSync(file, 'utf8'))
  const parser = file.endsWith('.rdf') ? new RdfXmlParser({ baseIRI: base }) : new JsonLdParser({ baseIRI: base })
  return new Promise((resolve, reject) => {
    const quads = []
    createReadStream(file).pipe(parser).on('data', q => quads.push(q)).on('error', reject).on('end', () => resolve(quads))
  })
}

const graph = rdf.dataset(await parse())

const escaped = { '\\': '\\\\', '"': '\\"', '\n': '\\n', '\r': '\\r', '\t': '\\t' }
const written = t => {
  if (t.termType === 'NamedNode') return `<${t.value}>`
  if (t.termType === 'BlankNode') return `_:${t.value.replace(/\W/g, '_')}`
  const mark = t.language ? `@${t.language}` : `^^<${t.datatype.value}>`
  return `"${t.value.replace(/[\\"\n\r\t]/g, c => escaped[c])}"${mark}`
}
if (copy) writeFileSync(copy, [...graph].map(q => `${written(q.subject)} ${written(q.predicate)} ${written(q.object)} .\n`).join(''))

const iri = short => rdf.namedNode(names[short.split(':')[0]] + short.split(':')[1])
const all = (node, property) => [...graph.match(node, iri(property))].map(q => q.object)
const has = (node, property) => all(node, property).length > 0
const code = (node, property, table) => all(node, property).map(o => o.value).find(v => v.startsWith(table))?.slice(table.length)

const ofFile = f => {
  const type = code(f, 'dct:format', authority + 'file-type/')
  const media = code(f, 'dcat:mediaType', 'https://www.iana.org/assignments/media-types/')
  return [
    has(f, 'dcat:accessURL') && 50,
    has(f, 'dcat:downloadURL') && 20 + 30,
    has(f, 'dct:format') && 20,
    has(f, 'dcat:mediaType') && 10,
    type && media && 10,
    open.includes(type) && 20,
    readable.includes(type) && 20,
    has(f, 'dct:license') && 20,
    code(f, 'dct:license', authority + 'licence/') && 10,
    has(f, 'dct:rights') && 5,
    has(f, 'dcat:byteSize') && 5,
  ]
}
const ofDataset = d => [
  has(d, 'dcat:keyword') && 30,
  has(d, 'dcat:theme') && 30,
  has(d, 'dct:spatial') && 20,
  has(d, 'dct:temporal') && 20,
  has(d, 'dct:title') && has(d, 'dct:description') && all(d, 'dct:publisher').every(p => has(p, 'foaf:name')) && 30,
  has(d, 'dct:accessRights') && 10,
  code(d, 'dct:accessRights', authority + 'access-right/') && 5,
  has(d, 'dcat:contactPoint') && 20,
  has(d, 'dct:publisher') && 10,
  has(d, 'dct:issued') && 5,
  has(d, 'dct:modified') && 5,
]
const sum = list => list.reduce((total, points) => total + (points || 0), 0)

const scores = {}
for (const { subject } of graph.match(null, iri('rdf:type'), iri('dcat:Dataset'))) {
  const files = all(subject, 'dcat:distribution').map(f => sum(ofFile(f)))
  scores[all(subject, 'dct:identifier')[0]?.value ?? subject.value] = sum(ofDataset(subject)) + Math.max(0, ...files)
}
console.log(JSON.stringify(scores))
