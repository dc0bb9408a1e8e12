import {type ChildProcess, spawn} from 'node:child_process'
import {createHash, randomBytes} from 'node:crypto'
import {mkdtemp, readFile, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import SQLite from 'better-sqlite3'
import {openConnection} from './http-connection.ts'

const serverBin = fileURLToPath(new URL('../../server/bin/keepspace-server.js', import.meta.url))

/** Sessions that are changed at the same time, each over a connection of its own. */
const SESSIONS = 32
const DOCUMENT_BYTES = 56 * 1_024
/** Raw and served take turns, so that a slow minute of the machine hits both. */
const TURNS = 4

export type LoadResult = {
  readonly updatesPerSecond: number
  readonly p99Ms: number
  readonly rawCommitsPerSecond: number
  readonly ratio: number
}

/**
 * Conditional updates of documents of 56 KB through the server, and the same rows written straight to the same file with
 * one commit each: what the server costs. This process is the clients, the server is another.
 *
 * @throws Error when an update is not answered with its next revision
 */
export async function measureLoad(seconds: number): Promise<LoadResult> {
  const folder = await mkdtemp(join(tmpdir(), 'keepspace-load-'))
  const server = await startServer(folder)
  const latencies: number[] = []
  let rawCommits = 0
  let updates = 0
  const turnMs = (seconds * 1_000) / TURNS
  try {
    const clients = await openClients(server.url, await readFile(join(folder, 'token'), 'utf8'))
    const raw = openRaw(join(folder, 'keepspace.sqlite'))
    // Not counted: compilers warm up, files grow.
    await serve(clients, Math.min(1_000, turnMs), [])
    for (let turn = 0; turn < TURNS; turn += 1) {
      if (turn % 2 === 0) {
        rawCommits += raw.write(turnMs)
      } else {
        updates += await serve(clients, turnMs, latencies)
      }
    }
    raw.close()
    for (const {connection} of clients) {
      connection.close()
    }
  } finally {
    await server.stop()
    await rm(folder, {recursive: true, force: true})
  }
  const eachSeconds = seconds / 2
  latencies.sort((one, other) => one - other)
  return {
    updatesPerSecond: Math.round(updates / eachSeconds),
    p99Ms: Math.round((latencies[Math.floor(latencies.length * 0.99)] ?? 0) * 10) / 10,
    rawCommitsPerSecond: Math.round(rawCommits / eachSeconds),
    ratio: Math.round((updates / rawCommits) * 100) / 100,
  }
}

type Client = {
  readonly connection: Awaited<ReturnType<typeof openConnection>>
  readonly head: string
  readonly id: string
  revision: number
}

/** A document of a few hundred records whose first number changes with every update. */
const [documentStart, documentEnd] = (() => {
  const records = Array.from({length: 140}, (_, at) => ({
    done: at % 3 === 0,
    id: `record-${at}`,
    position: {x: at * 10, y: at * 20},
    text: 'lorem ipsum dolor sit amet '.repeat(12),
  }))
  const text = JSON.stringify({a: 0, records})
  const filling = 'x'.repeat(DOCUMENT_BYTES - text.length - 8)
  return ['{"a":', `${JSON.stringify({records, z: filling}).slice(1)}`].map((part, at) =>
    at === 0 ? part : `,${part}`,
  ) as [string, string]
})()

const documentOf = (number: number) => documentStart + number + documentEnd

async function openClients(url: string, token: string): Promise<readonly Client[]> {
  const {host, port} = new URL(url)
  return Promise.all(
    Array.from({length: SESSIONS}, async (_, at) => {
      const connection = await openConnection(Number(port))
      const common = `host: ${host}\r\nauthorization: Bearer ${token.trim()}\r\ncontent-type: application/json\r\n`
      const body = `{"title":"Load ${at}","content":${documentOf(0)}}`
      const answer = await connection.send(`POST /api/v1/sessions HTTP/1.1\r\n${common}`, body)
      const {id} = JSON.parse(answer.body) as {id: string}
      return {connection, id, revision: 1, head: `PUT /api/v1/sessions/${id} HTTP/1.1\r\n${common}`}
    }),
  )
}

async function serve(clients: readonly Client[], forMs: number, latencies: number[]): Promise<number> {
  const endsAt = performance.now() + forMs
  const counts = await Promise.all(
    clients.map(async (client) => {
      let count = 0
      while (performance.now() < endsAt) {
        const startedAt = performance.now()
        const headers = `if-match: "${client.revision}"\r\nidempotency-key: ${client.id}-${client.revision}\r\n`
        const answer = await client.connection.send(client.head + headers, `{"content":${documentOf(client.revision)}}`)
        if (answer.status !== 200) {
          throw new Error(`An update was answered with ${answer.status}: ${answer.body}`)
        }
        client.revision += 1
        latencies.push(performance.now() - startedAt)
        count += 1
      }
      return count
    }),
  )
  return counts.reduce((sum, count) => sum + count, 0)
}

/** The rows of an update, one commit each, without anything around them. */
function openRaw(file: string) {
  const sqlite = new SQLite(file, {timeout: 5_000})
  sqlite.pragma('journal_mode = wal')
  sqlite.pragma('synchronous = full')
  const raise = sqlite.prepare(
    "update documents set revision = ?, updated_at = ?, content_hash = ?, bytes = ? where owner_id = 'raw' and kind = 'session' and id = ? and revision = ?",
  )
  const add = sqlite.prepare("insert into versions values ('raw', 'session', ?, ?, 'Load', '', ?, ?, ?, 'utf8', ?)")
  const note = sqlite.prepare("insert into requests values ('raw', ?, ?, ?, ?)")
  const ids = Array.from({length: SESSIONS}, () => randomBytes(16).toString('base64url').slice(0, 21))
  for (const id of ids) {
    sqlite.prepare("insert into documents values ('raw', 'session', ?, 'Load', 'load', '', '', 0, 0, 0, '', 0)").run(id)
  }
  const hash = createHash('sha256').update('x').digest('hex')
  const answer = JSON.stringify({
    status: 'done',
    metadata: {
      id: ids[0],
      title: 'Load',
      description: '',
      revision: 1,
      createdAt: 1,
      updatedAt: 1,
      contentHash: hash,
      bytes: 1,
    },
  })
  let revision = 0
  const commit = sqlite.transaction((id: string, at: number) => {
    const content = Buffer.from(documentOf(revision))
    raise.run(revision + 1, at, hash, content.length, id, revision)
    add.run(id, revision + 1, at, hash, content.length, content)
    note.run(`${id}-${revision}`, hash, answer, at)
  })
  return {
    write(forMs: number): number {
      const endsAt = performance.now() + forMs
      let count = 0
      while (performance.now() < endsAt) {
        for (const id of ids) {
          commit.immediate(id, 1_800_000_000_000 + count)
          count += 1
        }
        revision += 1
      }
      return count
    },
    close: () => sqlite.close(),
  }
}

async function startServer(folder: string): Promise<{url: string; stop(): Promise<void>}> {
  const child = spawn(process.execPath, [serverBin, '--port', '0', '--data', folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {...process.env, LOG_LEVEL: 'warn', KEEPSPACE_REQUESTS_PER_MINUTE: '1000000000', DATABASE_URL: undefined},
  })
  const url = await new Promise<string>((resolve, reject) => {
    let output = ''
    child.stdout?.on('data', (chunk) => {
      output += chunk
      const found = /http:\/\/\S+/.exec(output)?.[0]
      if (found !== undefined) {
        resolve(found)
      }
    })
    child.once('exit', (code) => reject(new Error(`The server ended with ${code}.`)))
  })
  return {url, stop: () => stopped(child)}
}

function stopped(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve())
    child.kill('SIGTERM')
  })
}
