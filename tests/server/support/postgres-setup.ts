import {chmod, mkdtemp, rm} from 'node:fs/promises'
import {createServer} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {TestProject} from 'vitest/node'
import {reachablePostgres} from './reachable-postgres.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** A PostgreSQL that is there for the whole run, without the name of a database. */
    postgresUrl: string
  }
}

/** Starts a real PostgreSQL for all tests of the server. */
export async function setup(project: TestProject) {
  const folder = await mkdtemp(join(tmpdir(), 'keepspace-postgres-'))
  // PostgreSQL refuses to run as root and becomes another user, who has to get through here.
  await chmod(folder, 0o755)
  const port = await freePort()
  const EmbeddedPostgres = await reachablePostgres(folder)
  const postgres = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    port,
    user: 'keepspace',
    password: 'keepspace',
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    // The language of the machine must not decide how texts are sorted.
    initdbFlags: ['--locale=C.UTF-8', '--encoding=UTF8'],
    onLog: () => undefined,
    onError: () => undefined,
  })
  await postgres.initialise()
  await postgres.start()
  project.provide('postgresUrl', `postgres://keepspace:keepspace@127.0.0.1:${port}/`)
  return async () => {
    await postgres.stop()
    await rm(folder, {recursive: true, force: true})
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() =>
        address === null || typeof address === 'string' ? reject(new Error('no port')) : resolve(address.port),
      )
    })
  })
}
