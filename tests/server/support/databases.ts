import {randomBytes} from 'node:crypto'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import pg from 'pg'
import {inject} from 'vitest'

/** An empty database for one server, or for several that share it. */
export type TestDatabase = {
  readonly options: {readonly dataFolder: string; readonly databaseUrl?: string}
  remove(): Promise<void>
}

export const databaseKinds = ['sqlite', 'postgres'] as const
export type DatabaseKind = (typeof databaseKinds)[number]

export async function createTestDatabase(kind: DatabaseKind): Promise<TestDatabase> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'keepspace-server-'))
  const removeFolder = () => rm(dataFolder, {recursive: true, force: true})
  if (kind === 'sqlite') {
    return {options: {dataFolder}, remove: removeFolder}
  }
  const name = `test_${randomBytes(8).toString('hex')}`
  await administrate(`create database ${name}`)
  return {
    options: {dataFolder, databaseUrl: inject('postgresUrl') + name},
    remove: async () => {
      await administrate(`drop database ${name} with (force)`)
      await removeFolder()
    },
  }
}

async function administrate(statement: string): Promise<void> {
  const client = new pg.Client({connectionString: `${inject('postgresUrl')}postgres`})
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
