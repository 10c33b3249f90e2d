import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launch, Visitor, widths } from './browser'

// A catalogue of somebody else comes in: looked at first, then kept, read, decided
// on, and found by residents among the town's own datasets.

const prefixes = '@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .\n<https://agglo.example/c> a dcat:Catalog .\n'

/** A catalogue with a long title, HTML in a description, and one dataset without a title. */
function catalogue(count: number): string {
  const sets = Array.from({ length: count }, (_, n) => `[] a dcat:Dataset ; dct:identifier "riviere-${n}" ;
    dct:title "Qualité de l’eau des rivières de la communauté d’agglomération, station de mesure numéro ${n}"@fr ;
    dct:description "<h2>Mesures</h2><p>Relevés <strong>mensuels</strong>.<script>alert(1)</script></p><ul><li>nitrates</li></ul>" ;
    dct:license <https://www.etalab.gouv.fr/wp-content/uploads/2017/04/ETALAB-Licence-Ouverte-v2.0.pdf> ; dcat:keyword "eau" ;
    dcat:distribution [ dct:title "un_fichier_au_nom_tres_long_sans_une_seule_espace_pour_le_couper_${n}.csv" ;
      dcat:downloadURL <https://agglo.example/${n}.csv> ; dct:format "CSV" ; dcat:byteSize 120000 ] .`)
  return prefixes + sets.join('\n') + '\n[] a dcat:Dataset ; dct:identifier "sans-titre" .\n'
}

let browser: Browser
let portal: Server
let root = ''

beforeAll(async () => {
  browser = await launch()
  portal = createServer((request, answer) => {
    const name = /^\/(\d+)\.ttl$/.exec(request.url ?? '')
    answer.writeHead(name ? 200 : 404, { 'Content-Type': name ? 'text/turtle' : 'text/plain' })
    answer.end(name ? catalogue(Number(name[1])) : 'rien ici')
  })
  await new Promise<void>(done => portal.listen(0, '127.0.0.1', done))
  root = `http://127.0.0.1:${(portal.address() as AddressInfo).port}`
})
afterAll(async () => {
  portal.close()
  await browser.close()
})

test.each(widths)('a catalogue is looked at, kept, decided on and found, at %i pixels', async width => {
  const agent = await Visitor.open(browser, width)
  const { page } = agent
  const list = '/vitre/espace/donnees/catalogues'
  const count = width < 600 ? 60 : 130
  await agent.signIn('admin@vitre.demo', list)
  if (width < 600) await agent.sound('harvest-none')
  await page.getByRole('link', { name: 'Ajouter un catalogue' }).click()
  await agent.sound('harvest-new')

  await page.getByLabel('Adresse du catalogue').fill(`${root}/absent.ttl`)
  await agent.pressed('Voir ce qui viendrait', 422)
  expect(await page.locator('main').innerText()).toContain('n’existe pas ou plus (code 404)')
  await agent.sound('harvest-refused')

  await page.getByLabel('Adresse du catalogue').fill(`${root}/${count}.ttl`)
  await agent.pressed('Voir ce qui viendrait', 200)
  expect(await page.locator('main').innerText()).toContain('Il n’a pas de titre.')
  await agent.sound('harvest-preview')
  await page.getByLabel('Nom du catalogue').fill(`Portail de l’agglomération (${width})`)
  await page.getByLabel('Les publier dans le catalogue de la ville').check()
  await page.getByRole('button', { name: 'Ajouter et moissonner' }).click()
  await expect.poll(() => page.locator('main').innerText(), { timeout: 30_000 }).toContain('Terminé, à regarder')
  await agent.sound('harvest-source')

  await page.locator('input[name=jeu]').first().check()
  await page.getByRole('button', { name: 'Les laisser de côté' }).click()
  expect(await page.locator('main').innerText()).toContain('Laissé de côté')
  await page.getByRole('link', { name: 'Rapport' }).click()
  await agent.sound('harvest-report')
  await agent.goto(list)
  await agent.sound('harvest-list')

  const resident = await Visitor.open(browser, width)
  await resident.goto('/vitre/donnees?q=RIVIERES')
  await resident.sound('harvest-catalogue')
  await resident.page.locator('.card-title a').last().click()
  const text = await resident.page.locator('main').innerText()
  expect(text).toContain('Moissonné')
  expect(text).not.toContain('alert(1)')
  await resident.sound('harvest-dataset')
  await resident.close()
  await agent.close()
}, 240_000)

test('without a script, a catalogue is added too', async () => {
  const agent = await Visitor.open(browser, 390, { javaScriptEnabled: false })
  const { page } = agent
  await agent.signIn('admin@fecamp.demo', '/fecamp/espace/donnees/catalogues/nouveau')
  await page.getByLabel('Adresse du catalogue').fill(`${root}/3.ttl`)
  await page.getByRole('button', { name: 'Voir ce qui viendrait' }).click()
  await page.getByRole('button', { name: 'Ajouter et moissonner' }).click()
  await expect.poll(async () => { await page.reload(); return page.locator('main').innerText() }, { timeout: 30_000, interval: 500 }).toContain('Terminé')
  expect(await page.locator('main').innerText()).toContain('Gardé pour l’équipe')
  await agent.close()
}, 60_000)
