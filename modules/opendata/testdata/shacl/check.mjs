// Reads catalogues, each in four syntaxes, says whether these hold the same
// statements, and validates each catalogue under the shapes given.
//
//   node check.mjs shapes.ttl[,shapes.ttl…] catalog.ttl,catalog.nt,catalog.rdf,catalog.jsonld …
//
// Prints one JSON line a catalogue: {statements, same, results: [{severity, shape, path, node, message}]}.
import { createReadStream, readFileSync } from 'node:fs'
import process from 'node:process'
import rdf from '@zazuko/env'
import { JsonLdParser } from 'jsonld-streaming-parser'
import { Parser } from 'n3'
import { canonize } from 'rdf-canonize'
import SHACLValidator from 'rdf-validate-shacl'
import { RdfXmlParser } from 'rdfxml-streaming-parser'

const [shapeFiles, ...catalogues] = process.argv.slice(2)
const base = 'http://acv.test/'

function parse(file) {
  if (file.endsWith('.ttl') || file.endsWith('.nt')) {
    const format = file.endsWith('.nt') ? 'N-Triples' : 'Turtle'
    return new Parser({ baseIRI: base, format }).parse(readFileSync(file, 'utf8'))
  }
  const parser = file.endsWith('.rdf') ? new RdfXmlParser({ baseIRI: base }) : new JsonLdParser({ baseIRI: base })
  return new Promise((resolve, reject) => {
    const quads = []
    createReadStream(file, 'utf8').pipe(parser).on('data', q => quads.push(q)).on('error', reject).on('end', () => resolve(quads))
  })
}

const term = t => ({
  termType: t.termType,
  value: t.value,
  ...(t.termType === 'Literal' && { language: t.language, datatype: { termType: 'NamedNode', value: t.datatype.value } }),
})
// The way to the other pages is in each syntax's own addresses.
const paging = q => [q.predicate.value, q.object.value].some(v => v.startsWith('http://www.w3.org/ns/hydra/core#'))
const canonical = quads => canonize(
  quads.filter(q => !paging(q)).map(q => ({ subject: term(q.subject), predicate: term(q.predicate), object: term(q.object), graph: { termType: 'DefaultGraph', value: '' } })),
  { algorithm: 'RDFC-1.0' },
)

const shapes = rdf.dataset(shapeFiles.split(',').flatMap(f => new Parser({ baseIRI: base }).parse(readFileSync(f, 'utf8'))))
const validator = new SHACLValidator(shapes, { factory: rdf })

async function check(files) {
  const graphs = await Promise.all(files.map(parse))
  const texts = await Promise.all(graphs.map(canonical))
  const report = await validator.validate(rdf.dataset(graphs[0]))
  const results = report.results.map(r => ({
    severity: r.severity?.value.split('#').pop(),
    shape: r.sourceShape?.value,
    path: r.path?.value,
    node: r.focusNode?.value,
    value: r.value?.value,
    message: r.message.map(m => m.value).join(' '),
  }))
  return { statements: graphs[0].length, same: texts.every(t => t === texts[0]), results }
}

for (const catalogue of catalogues) console.log(JSON.stringify(await check(catalogue.split(','))))
