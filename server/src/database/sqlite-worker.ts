import {parentPort, workerData} from 'node:worker_threads'
import {Kysely} from 'kysely'
import {createGroupCommit} from './group-commit.ts'
import {migrate} from './migrations.ts'
import type {Schema} from './schema.ts'
import {sqliteDialect} from './sqlite-dialect.ts'
import {openSqlite} from './sqlite-file.ts'
import type {FromWorker, WorkerOptions} from './sqlite-messages.ts'

const {file} = workerData as WorkerOptions

try {
  await start()
  tell({type: 'ready'})
} catch (error) {
  tell({type: 'failed', error: error instanceof Error ? error.message : String(error)})
}

async function start() {
  if (parentPort === null) {
    throw new Error('runs as a worker only')
  }
  const port = parentPort
  const sqlite = openSqlite(file)
  const db = new Kysely<Schema>({dialect: sqliteDialect(sqlite)})
  await migrate(db, 'sqlite')
  port.on(
    'message',
    createGroupCommit({
      sqlite,
      context: {db, dialect: 'sqlite'},
      port,
      answer: (answers) => tell({type: 'answers', answers}),
      onClose: () => {
        sqlite.close()
        tell({type: 'closed'})
        port.close()
      },
    }),
  )
}

function tell(message: FromWorker) {
  parentPort?.postMessage(message)
}
