import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { launch, Visitor, widths } from './browser'

// Heat in town, at both widths. Vitré: an agent imports a real network's summer, the
// administrator publishes it, a resident reads how many nights stayed tropical.
// Saint-Omer: a sensor speaks and is on the page; the map of climate zones of a
// neighbouring department is imported, drawn and listed.
const shared = resolve(import.meta.dirname, '../../../shared/data/heat')
const stations = `${shared}/biel_summer23_sdtn.csv`
const days = `${shared}/biel_summer23_temp_stats.csv`
const zones = `${shared}/redon_bdtopo_rsu_lcz.geojson`

let browser: Browser

beforeAll(async () => { browser = await launch() })
afterAll(async () => { await browser.close() })

/** The town's daily temperatures as everybody downloads them. */
async function published(): Promise<string> {
  return (await fetch(`${inject('baseURL')}/vitre/donnees/temperatures-quotidiennes/export.csv`)).text()
}

/** The newest temperature of a station of Saint-Omer, as the API tells everybody. */
async function temperature(code: string): Promise<number> {
  const answer = await fetch(`${inject('baseURL')}/api/v1/saint-omer/chaleur/stations`)
  const { stations } = (await answer.json()) as { stations: { code: string, temperature_c: number }[] }
  const station = stations.find(s => s.code === code)
  if (!station) throw new Error(`no station ${code}`)
  return station.temperature_c
}

/** Sends a file to the import of its kind and loads what the check accepts. */
async function load(agent: Visitor, town: string, target: string, file: string, name: string): Promise<void> {
  const { page } = agent
  await agent.goto(`/${town}/espace/imports?target=${target}`)
  const kind = page.locator(`input[name=target][value="${target}"]`)
  if (await kind.count()) await kind.check({ force: true })
  else await page.locator('select[name=target]').selectOption(target)
  await page.setInputFiles('input[type=file]', file)
  await page.getByRole('button', { name: /envoyer|analyser|continuer/i }).first().click()
  await page.waitForURL(/\/espace\/imports\/[0-9a-f-]{36}/)
  await page.getByRole('button', { name: /vérifier le fichier/i }).first().click()
  await page.locator('#bilan').waitFor({ timeout: 120_000 })
  await agent.sound(`heat-import-${name}`)
  await page.getByRole('button', { name: /^charger/i }).first().click()
  await page.locator('#resultat').waitFor({ timeout: 120_000 })
}

describe.skipIf(!existsSync(days))('heat in town', () => {
  test.each(widths)('Vitré: from the loggers’ files to a resident, at %i pixels', async width => {
    const agent = await Visitor.open(browser, width)
    await agent.signIn('agent@vitre.demo', '/vitre/espace/chaleur')
    await agent.sound('heat-desk')
    await agent.goto('/vitre/espace/chaleur/stations/gare-01')
    await agent.maps()
    await agent.sound('heat-desk-station')
    if (width === widths[0]) { // the same files again change nothing
      await load(agent, 'vitre', 'heat/stations', stations, 'stations')
      await load(agent, 'vitre', 'heat/daily', days, 'days')
    }
    await agent.signInAgain('admin@vitre.demo', '/vitre/espace/donnees/temperatures-quotidiennes')
    await agent.page.getByRole('link', { name: /publier/i }).first().click()
    await agent.publish()
    expect(await published()).toMatch(/231[^\n]*2023-08-2/)
    await agent.sound('heat-published')
    await agent.close()

    const resident = await Visitor.open(browser, width)
    await resident.goto('/vitre/chaleur')
    await resident.maps()
    await resident.sound('heat-town')
    await resident.goto('/vitre/chaleur?annee=2023')
    await resident.sound('heat-town-2023')
    await resident.goto('/vitre/chaleur/stations/231?du=2023-06-01&au=2023-08-31')
    await resident.maps()
    await resident.sound('heat-station')
    // Counted from the file: 11 days at 30 °C or more, 24 nights at 20 °C or more, of 82 days known.
    const year = resident.page.locator('#comptes-annees tr', { hasText: '2023' }).first()
    expect((await year.innerText()).replace(/\s+/g, ' ')).toMatch(/2023 11 24 34,6 °C 82/)
    await resident.close()
  }, 300_000)

  test.each(widths)('Saint-Omer: a sensor speaks, zones are drawn, at %i pixels', async width => {
    const admin = await Visitor.open(browser, width)
    const { page } = admin
    const device = width < 600 ? '70B3D57ED0051A01' : '70B3D57ED0051A02'
    const place = width < 600 ? 'centre-01' : 'parc-01'
    await admin.signIn('admin@saint-omer.demo', '/saint-omer/espace/jetons')
    await page.locator('input[name=name]').fill(`Réseau LoRaWAN ${width}`)
    await page.locator('select[name=role]').selectOption('agent')
    await page.locator('input[name=modules][value=heat]').check()
    await page.locator('form button[type=submit]').last().click()
    const secret = (await page.locator('.alert code, .alert pre, [data-copy]').first().innerText()).trim()
    expect(secret.length).toBeGreaterThan(20)

    const uplink = (counter: number, degrees: number): Promise<Response> =>
      fetch(`${inject('baseURL')}/api/v1/saint-omer/chaleur/reseaux/chirpstack?event=up`, {
        method: 'POST',
        headers: { 'Authorization': `Bearer ${secret}`, 'Content-Type': 'application/json' },
        body: JSON.stringify({
          time: new Date(Date.now() - 1000).toISOString(), deviceInfo: { devEui: device.toLowerCase(), deviceName: 'Sonde d’essai' },
          fCnt: counter, object: { temperature: degrees, humidity: 61 },
        }),
      })
    expect((await uplink(1, 24.5)).status, 'nobody has declared it').toBe(404)

    await admin.signInAgain('agent@saint-omer.demo', '/saint-omer/espace/chaleur')
    await page.getByText(device).first().waitFor()
    await admin.sound('heat-desk-unknown')
    await admin.goto(`/saint-omer/espace/chaleur/stations/${place}`)
    await page.locator('input[name=serial]').fill(device)
    await page.getByRole('button', { name: 'Placer le capteur' }).click()
    await page.getByText(device).first().waitFor()
    const now = Math.round((await temperature(place)) * 10 + 3) / 10 // believable: a jump would be doubted
    const answer = await uplink(2, now)
    expect(answer.status).toBe(200)
    expect(await answer.json()).toMatchObject({ state: 'stored', values: 2 })
    expect(await (await uplink(2, now)).json()).toMatchObject({ state: 'duplicate' })

    const resident = await Visitor.open(browser, width)
    await resident.goto(`/saint-omer/chaleur/stations/${place}?periode=jour`)
    expect(await resident.page.locator('main').innerText()).toContain(`${now.toFixed(1).replace('.', ',').replace('-', '−')} °C`)
    await resident.maps()
    await resident.sound('heat-live')

    await load(admin, 'saint-omer', 'heat/zones', zones, 'zones')
    await admin.close()
    await resident.goto('/saint-omer/chaleur/zones')
    await resident.maps()
    await resident.sound('heat-zones')
    expect((await resident.page.locator('#zones').innerText()).replace(/\s/g, ' ')).toMatch(/Végétation basse[\s\S]*530,7 ha/)
    await resident.close()
  }, 300_000)
})
