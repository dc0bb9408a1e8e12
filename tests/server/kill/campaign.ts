import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import SQLite from 'better-sqlite3'
import {seededRandom} from '../../kill/random.ts'
import {type ServerProcess, startServerProcess} from '../support/server-process.ts'

const SESSIONS = 8
/** Each content is one number, many times over: a torn one would hold two. */
const REPETITIONS = 4_000
const STILL_MS = 400

export type ServerCampaignOptions = {
  readonly kills: number
  readonly seed: string
  /** Told after each kill. */
  readonly announce?: (progress: string) => void
}

export type ServerCampaign = {
  readonly kills: number
  /** Updates that were answered. */
  readonly acknowledged: number
  /** Answered updates that were not there afterwards. */
  readonly lost: number
  /** Contents that no single update wrote, and databases that fail their own check. */
  readonly torn: number
  /** Repeated requests that made a second version. */
  readonly doubled: number
  /** Updates whose answer was cut off, and which had landed all the same. */
  readonly landedUnanswered: number
  /** Kills that cut off at least one update under way. */
  readonly killsInWrites: number
}

type Session = {
  readonly id: string
  revision: number
  /** An update that was sent and not answered. */
  open: {readonly from: number; readonly key: string} | undefined
}

/** Lets a real server save, kills it again and again at random moments, and compares what is there with what it answered. */
export async function runServerCampaign({kills, seed, announce}: ServerCampaignOptions): Promise<ServerCampaign> {
  const random = seededRandom(`${seed}/server-kills`)
  const folder = await mkdtemp(join(tmpdir(), 'keepspace-server-kill-'))
  const tally = {acknowledged: 0, lost: 0, torn: 0, doubled: 0, landedUnanswered: 0, killsInWrites: 0}
  try {
    let server = await startServerProcess(folder)
    const sessions = await Promise.all(Array.from({length: SESSIONS}, () => createSession(server)))
    for (let kill = 1; kill <= kills; kill += 1) {
      const writing = sessions.map((session) => writeUntilCut(server, session, tally))
      await pause(random.between(20, STILL_MS))
      await server.kill()
      await Promise.all(writing)
      tally.killsInWrites += sessions.some(({open}) => open !== undefined) ? 1 : 0
      server = await startServerProcess(folder)
      await Promise.all(sessions.map((session) => compare(server, session, tally)))
      announce?.(`kill ${kill}: ${JSON.stringify(tally)}`)
    }
    await server.kill()
    const sqlite = new SQLite(join(folder, 'keepspace.sqlite'))
    tally.torn += sqlite.pragma('integrity_check', {simple: true}) === 'ok' ? 0 : 1
    sqlite.close()
  } finally {
    await rm(folder, {recursive: true, force: true})
  }
  return {kills, ...tally}
}

const contentOf = (number: number) => Array(REPETITIONS).fill(number)

async function createSession(server: ServerProcess): Promise<Session> {
  const response = await call(server, 'POST', '/sessions', {title: 'Killed', content: contentOf(1)})
  const {id} = (await response.json()) as {id: string}
  return {id, revision: 1, open: undefined}
}

/** One update after the other until the connection breaks. The content of revision n says n. */
async function writeUntilCut(server: ServerProcess, session: Session, tally: {acknowledged: number}): Promise<void> {
  for (;;) {
    const from = session.revision
    session.open = {from, key: `${session.id}-${from}`}
    const answer = await update(server, session).catch(() => undefined)
    if (answer?.status !== 200) {
      return
    }
    session.revision = from + 1
    session.open = undefined
    tally.acknowledged += 1
  }
}

async function update(server: ServerProcess, {id, open}: Session) {
  const {from, key} = open ?? {from: 0, key: ''}
  const headers = {'if-match': `"${from}"`, 'idempotency-key': key}
  const response = await call(server, 'PUT', `/sessions/${id}`, {content: contentOf(from + 1)}, headers)
  return {status: response.status, body: (await response.json()) as {revision: number}}
}

async function compare(
  server: ServerProcess,
  session: Session,
  tally: {lost: number; torn: number; doubled: number; landedUnanswered: number},
): Promise<void> {
  const response = await call(server, 'GET', `/sessions/${session.id}`)
  const stored = (await response.json()) as {revision?: number; content?: readonly number[]}
  const {revision = 0, content = []} = stored
  if (response.status !== 200 || content.length !== REPETITIONS || content.some((number) => number !== revision)) {
    tally.torn += 1
  }
  if (revision < session.revision) {
    tally.lost += session.revision - revision
  }
  if (session.open !== undefined) {
    tally.landedUnanswered += revision === session.open.from + 1 ? 1 : 0
    // Whether it had landed or not: repeated, it is there once.
    const {body} = await update(server, session)
    tally.doubled += body.revision === session.open.from + 1 ? 0 : 1
    session.open = undefined
    session.revision = body.revision
  }
}

function call(
  server: ServerProcess,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
) {
  return fetch(`${server.url}/api/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${server.token}`,
      ...(body !== undefined && {'content-type': 'application/json'}),
      ...headers,
    },
    ...(body !== undefined && {body: JSON.stringify(body)}),
  })
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
