import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  export interface ProvidedContext {
    baseURL: string
    adminURL: string
    dataDir: string
  }
}

const root = resolve(import.meta.dirname, '../..')

/** Starts `acvdata demo` on free ports and an empty data folder, as the README says, and stops it at the end. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  execFileSync('go', ['build', '-o', 'bin/acvdata', './cmd/acvdata'], { cwd: root, stdio: 'inherit' })
  const dataDir = mkdtempSync(join(tmpdir(), 'acvdata-e2e-'))
  const [web, admin, idp] = [await freePort(), await freePort(), await freePort()]
  const baseURL = `http://localhost:${web}`
  const logFile = join(root, 'web/e2e/out/platform.log')
  mkdirSync(join(root, 'web/e2e/out'), { recursive: true })
  const log = openSync(logFile, 'w')
  const platform = spawn(join(root, 'bin/acvdata'), ['demo'], {
    cwd: root,
    stdio: ['ignore', log, log],
    env: {
      ...process.env,
      DATABASE_URL: '',
      ACV_DATA_DIR: dataDir,
      ACV_LISTEN: `127.0.0.1:${web}`,
      ACV_BASE_URL: baseURL,
      ACV_FETCH_PRIVATE: 'true', // catalogues of the journeys are served here
      ACV_ADMIN_LISTEN: `127.0.0.1:${admin}`,
      ACV_LOCAL_IDP_LISTEN: `127.0.0.1:${idp}`,
    },
  })
  const stop = async (): Promise<void> => {
    await ended(platform)
    closeSync(log)
    execFileSync(join(root, 'bin/acvdata'), ['demo', '--stop'], { env: { ...process.env, DATABASE_URL: '', ACV_DATA_DIR: dataDir } })
    rmSync(dataDir, { recursive: true, force: true })
  }
  try {
    await ready(platform, baseURL)
  } catch (error) {
    console.error(readFileSync(logFile, 'utf8').slice(-4000))
    await stop()
    throw error
  }
  project.provide('baseURL', baseURL)
  project.provide('adminURL', `http://127.0.0.1:${admin}`)
  project.provide('dataDir', dataDir)
  return stop
}

/** A port nobody listens on now. */
function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer()
    server.once('error', fail)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => (address && typeof address === 'object' ? done(address.port) : fail(new Error('no port'))))
    })
  })
}

async function ready(platform: ChildProcess, baseURL: string): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (platform.exitCode !== null) throw new Error(`acvdata demo ended with ${platform.exitCode}`)
    const answer = await fetch(`${baseURL}/readyz`).catch(() => undefined)
    if (answer?.ok) return
    await new Promise(done => setTimeout(done, 200))
  }
  throw new Error('acvdata demo is not ready after two minutes')
}

function ended(platform: ChildProcess): Promise<void> {
  return new Promise(done => {
    if (platform.exitCode !== null) return done()
    platform.once('exit', () => done())
    platform.kill('SIGTERM')
  })
}
