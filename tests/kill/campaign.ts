import {cp, mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {createChecker, type Tally} from './checker.ts'
import {browserVersion, type Engine, engineOf, startBrowser} from './killable-browser.ts'
import {servePage} from './page-server.ts'
import {seededRandom} from './random.ts'
import type {AcknowledgedReport, ClaimMoment, FoundReport} from './reports.ts'

export type CampaignOptions = {
  readonly engine: Engine
  readonly kills: number
  readonly seed: string
  /** When the page claims that an edit is durable. @defaultValue `committed` */
  readonly claimAt?: ClaimMoment
  /** Whether storage is healed at each start. @defaultValue true */
  readonly heals?: boolean
  /** How long the page works before it is killed, milliseconds. @defaultValue 200 to 1,500 */
  readonly loadMs?: readonly [min: number, max: number]
  /** How many of the kills come while the page still starts, from 0 to 1. @defaultValue one in eight */
  readonly startKillShare?: number
  /** Told after each kill. */
  readonly announce?: (progress: string) => void
}

/** The result of a campaign. */
export type CampaignResult = {readonly engine: Engine; readonly kills: number} & Tally

/** A result with what is needed to repeat and to judge it. */
export type Campaign = {
  readonly result: CampaignResult
  readonly faults: readonly string[]
  readonly seed: string
  readonly browser: string
  /** Kills that came before the page had opened everything. */
  readonly killsDuringStart: number
  /** Reports by what made the claim. */
  readonly claims: Readonly<Record<string, number>>
  /** Errors the page told of by itself. */
  readonly troubles: readonly string[]
}

const START_LIMIT_MS = 60_000

/**
 * Lets a real browser edit and save on one profile, kills it again and again at random moments, and compares what comes
 * back with what was acknowledged.
 *
 * @throws Error when the browser or the page does not work, which says nothing about what is lost
 */
export async function runCampaign(options: CampaignOptions): Promise<Campaign> {
  const {
    engine,
    kills,
    seed,
    claimAt = 'committed',
    heals = true,
    loadMs: [minMs, maxMs] = [200, 1_500],
    startKillShare = 1 / 8,
    announce,
  } = options
  const random = seededRandom(`${seed}/kills`)
  const checker = createChecker()
  const claims: Record<string, number> = {}
  const troubles: string[] = []
  let session = 0
  let killsDuringStart = 0
  let isKept = false
  let onFound: () => void = () => undefined

  await using server = await servePage({
    page: fileURLToPath(new URL('./page.ts', import.meta.url)),
    order: () => ({session, seed, claimAt, heals}),
    heard: (kind, report) => {
      if (kind === 'acknowledged') {
        const acknowledged = report as AcknowledgedReport
        claims[acknowledged.by] = (claims[acknowledged.by] ?? 0) + 1
        checker.acknowledged(acknowledged)
      } else if (kind === 'found') {
        checker.found(report as FoundReport)
        onFound()
      } else {
        troubles.push(`session ${session}: ${(report as {message: string}).message}`)
      }
    },
  })
  await using profile = await temporaryFolder()

  /** Starts the browser, and kills it `aliveMs` after its start or after everything is opened. */
  const runSession = async (countFrom: 'start' | 'found', aliveMs: number) => {
    session += 1
    const found = new Promise<'found'>((resolve) => {
      onFound = () => resolve('found')
    })
    const browser = startBrowser({url: server.url, profile: profile.path, engine})
    try {
      if (countFrom === 'found') {
        const limit = setTimeout(() => browser.kill(), START_LIMIT_MS)
        const first = await Promise.race([found, browser.ended])
        clearTimeout(limit)
        if (first !== 'found') {
          throw new Error(`The page does not start (session ${session}). ${troubles.join('; ')}`)
        }
      }
      await pause(aliveMs)
    } finally {
      await browser.kill()
      await server.drained()
    }
    if (!isKept && checker.faults().length > 0) {
      isKept = true
      announce?.(`the browser's files after the first fault are in ${await keepFiles(profile.path)}`)
    }
  }

  for (let kill = 1; kill <= kills; kill += 1) {
    const isDuringStart = kill > 1 && random.next() < startKillShare
    killsDuringStart += isDuringStart ? 1 : 0
    await runSession(
      isDuringStart ? 'start' : 'found',
      isDuringStart ? random.between(0, maxMs) : random.between(minMs, maxMs),
    )
    announce?.(`kill ${kill}: ${JSON.stringify(checker.tally())}`)
  }
  await runSession('found', 0)
  if (engineOf(profile.path) !== engine) {
    throw new Error(`The browser did not use ${engine}, but ${engineOf(profile.path)}.`)
  }
  return {
    result: {engine, kills, ...checker.tally()},
    faults: checker.faults(),
    seed,
    browser: browserVersion(),
    killsDuringStart,
    claims,
    troubles,
  }
}

/** Copies what the browser stored, with the logs of its engine, for whoever looks for the reason of a fault. */
async function keepFiles(profile: string): Promise<string> {
  const kept = await mkdtemp(join(tmpdir(), 'keepspace-kill-fault-'))
  await cp(join(profile, 'Default', 'IndexedDB'), kept, {recursive: true})
  return kept
}

async function temporaryFolder(): Promise<AsyncDisposable & {readonly path: string}> {
  const path = await mkdtemp(join(tmpdir(), 'keepspace-kill-profile-'))
  return {path, [Symbol.asyncDispose]: () => rm(path, {recursive: true, force: true, maxRetries: 5})}
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
