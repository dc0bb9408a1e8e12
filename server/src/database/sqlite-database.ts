import {Worker} from 'node:worker_threads'
import type {InputOf, OperationName, OutputOf} from '../store/operations.ts'
import {type Database, DatabaseUnavailable} from './database.ts'
import type {Answer, FromWorker, ToWorker, WorkerOptions} from './sqlite-messages.ts'

type Waiting = {resolve(output: unknown): void; reject(error: Error): void}

/**
 * The embedded database: one file, owned by a thread of its own, so that a flush to disk never holds up a request.
 *
 * @throws Error when the file cannot be opened or its schema cannot be brought up to date
 */
export async function openSqliteDatabase({file}: {file: string}): Promise<Database> {
  const worker = new Worker(new URL('./sqlite-worker.js', import.meta.url), {
    workerData: {file} satisfies WorkerOptions,
  })
  const waiting = new Map<number, Waiting>()
  let lastId = 0
  let isClosed = false
  let onClosed: () => void = () => undefined

  const failAll = (reason: string) => {
    isClosed = true
    for (const {reject} of waiting.values()) {
      reject(new DatabaseUnavailable(reason))
    }
    waiting.clear()
    onClosed()
  }
  const settle = (answer: Answer) => {
    const asked = waiting.get(answer.id)
    waiting.delete(answer.id)
    if ('output' in answer) {
      asked?.resolve(answer.output)
    } else {
      asked?.reject(answer.isUnavailable ? new DatabaseUnavailable(answer.error) : new Error(answer.error))
    }
  }

  await new Promise<void>((resolve, reject) => {
    worker.on('message', (message: FromWorker) => {
      switch (message.type) {
        case 'ready':
          return resolve()
        case 'failed':
          void worker.terminate()
          return reject(new Error(`The database ${file} cannot be opened: ${message.error}`))
        case 'answers':
          return message.answers.forEach(settle)
        case 'closed':
          return failAll('closed')
      }
    })
    worker.once('error', (error) => {
      reject(error)
      failAll(error.message)
    })
    worker.once('exit', () => failAll('the thread of the database ended'))
  })

  return {
    dialect: 'sqlite',
    run: <Name extends OperationName>(name: Name, input: InputOf<Name>) =>
      new Promise<OutputOf<Name>>((resolve, reject) => {
        if (isClosed) {
          reject(new DatabaseUnavailable('closed'))
          return
        }
        lastId += 1
        waiting.set(lastId, {resolve: resolve as (output: unknown) => void, reject})
        worker.postMessage({id: lastId, name, input} satisfies ToWorker)
      }),
    onChange: () => () => undefined,
    announce: () => undefined,
    close: () =>
      new Promise<void>((resolve) => {
        if (isClosed) {
          resolve()
          return
        }
        onClosed = resolve
        worker.postMessage('close' satisfies ToWorker)
      }),
  }
}
