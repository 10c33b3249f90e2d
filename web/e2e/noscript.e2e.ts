import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launch, Visitor } from './browser'

// The main job with a browser that runs no script: plain forms, plain links.

const inventory = ['identifiant;essence;latitude;longitude;hauteur', 'SS-1;Platane commun;44,125;4,081;12', 'SS-2;Chêne vert;44,126;4,082;7,5', ''].join('\n')

let browser: Browser

beforeAll(async () => { browser = await launch() })
afterAll(async () => { await browser.close() })

test('an import and its undo without a script', async () => {
  const agent = await Visitor.open(browser, 390, { javaScriptEnabled: false })
  const { page } = agent
  await agent.signIn('agent@ales.demo', '/ales/espace/imports')
  await page.setInputFiles('input[type=file]', { name: 'sans-script.csv', mimeType: 'text/csv', buffer: Buffer.from(inventory) })
  await page.getByRole('button', { name: /envoyer/i }).click()
  await page.waitForURL(/\/ales\/espace\/imports\/[0-9a-f-]{36}/)
  await page.getByRole('button', { name: /vérifier le fichier/i }).click()
  await reloadUntil(agent, '#bilan')
  await page.getByRole('button', { name: /^charger/i }).click()
  await reloadUntil(agent, '#resultat')
  expect(await page.locator('main').innerText()).toMatch(/Ajoutées\s+2/)

  await agent.goto('/ales/arbres?q=SS-1')
  expect(await page.locator('main').innerText()).toContain('Platane')

  await page.goBack()
  await page.getByRole('link', { name: 'Retirer cet import' }).click()
  await page.getByRole('button', { name: /retirer l’import/i }).click()
  await reloadUntil(agent, '.chip:has-text("Retiré")')
  await agent.close()
})

/** Follows the link that stands in for live progress until the page shows a part. */
async function reloadUntil(visitor: Visitor, part: string): Promise<void> {
  const { page } = visitor
  for (let tries = 0; tries < 60 && !(await page.locator(part).count()); tries++) {
    const again = page.getByRole('link', { name: /actualiser/i })
    await ((await again.count()) ? again.click() : page.reload())
    await new Promise(done => setTimeout(done, 500))
  }
  expect(await page.locator(part).count(), part).toBeGreaterThan(0)
}
