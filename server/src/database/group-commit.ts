import {type MessagePort, receiveMessageOnPort} from 'node:worker_threads'
import type SQLite from 'better-sqlite3'
import type {Context} from '../store/context.ts'
import {operations} from '../store/operations.ts'
import type {Answer, Ask, ToWorker} from './sqlite-messages.ts'

/** Most operations of one commit: more would make the first of them wait too long. */
const GROUP_LIMIT = 64

/**
 * Runs what is asked in groups: everything that arrived while the last group was written shares one transaction and its
 * one flush to disk. Answers leave after the commit.
 */
export function createGroupCommit({
  sqlite,
  context,
  port,
  answer,
  onClose,
}: {
  sqlite: SQLite.Database
  context: Context
  port: MessagePort
  answer: (answers: readonly Answer[]) => void
  onClose: () => void
}) {
  const begin = sqlite.prepare('begin immediate')
  const commit = sqlite.prepare('commit')
  const rollback = sqlite.prepare('rollback')
  const waiting: ToWorker[] = []
  let isRunning = false

  const runTogether = async (asks: readonly Ask[]): Promise<readonly Answer[]> => {
    begin.run()
    const answers: Answer[] = []
    for (const ask of asks) {
      answers.push({id: ask.id, output: await runOperation(context, ask)})
    }
    commit.run()
    return answers
  }

  const undo = () => {
    if (sqlite.inTransaction) {
      rollback.run()
    }
  }

  /** A group in which one operation fails is undone, and each runs for itself. */
  const runApart = async (asks: readonly Ask[]): Promise<readonly Answer[]> => {
    const answers: Answer[] = []
    for (const ask of asks) {
      try {
        answers.push(...(await runTogether([ask])))
      } catch (error) {
        undo()
        answers.push(failure(ask, error))
      }
    }
    return answers
  }

  const takeGroup = (): Ask[] => {
    const group: Ask[] = []
    while (group.length < GROUP_LIMIT && waiting[0] !== 'close') {
      const next = waiting.shift() ?? (receiveMessageOnPort(port) as {message: ToWorker} | undefined)?.message
      if (next === 'close') {
        waiting.unshift(next)
      } else if (next === undefined) {
        break
      } else {
        group.push(next)
      }
    }
    return group
  }

  const drain = async () => {
    isRunning = true
    for (let group = takeGroup(); group.length > 0; group = takeGroup()) {
      const asks = group
      answer(
        await runTogether(asks).catch(() => {
          undo()
          return runApart(asks)
        }),
      )
    }
    isRunning = false
    if (waiting[0] === 'close') {
      onClose()
    }
  }

  return (message: ToWorker) => {
    waiting.push(message)
    if (!isRunning) {
      void drain()
    }
  }
}

function runOperation(context: Context, {name, input}: Ask): Promise<unknown> {
  const operation = operations[name] as (context: Context, input: unknown) => Promise<unknown>
  return operation(context, input)
}

function failure({id}: Ask, error: unknown): Answer {
  const code = String(Object(error).code ?? '')
  return {
    id,
    error: error instanceof Error ? `${error.message} ${code}`.trim() : String(error),
    isUnavailable: /^SQLITE_(BUSY|LOCKED|FULL|IOERR|CANTOPEN|READONLY|CORRUPT)/.test(code),
  }
}
