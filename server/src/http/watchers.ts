import type {ServerResponse} from 'node:http'
import type {SessionEvent} from 'keepspace/wire'
import type {Clock} from '../clock.ts'
import type {Change, Database} from '../database/database.ts'

/** Proxies close streams that are silent for longer. */
const HEARTBEAT_MS = 15_000
/** What a timer can wait for at most; whoever still watches then opens another stream. */
const LONGEST_STREAM_MS = 2_147_483_647
/** Streams of one person. */
const MOST_STREAMS = 20

export interface Watchers {
  /**
   * Keeps a response open and tells it of every change of one session, until `expiresAt`.
   *
   * @returns whether there was room
   */
  watch(response: ServerResponse, session: Watched): boolean
  /** Tells of a change made here, on this server and on the others of the same database. */
  changed(change: Change): void
  count(): number
  close(): void
}

export type Watched = {
  readonly ownerId: string
  readonly id: string
  readonly revision: number
  /** When whoever watches is not signed in any more, milliseconds since 1970. */
  readonly expiresAt: number | undefined
}

/** Server-sent events: a hint that there is something new. Whoever misses one polls. */
export function createWatchers({clock, database}: {clock: Clock; database: Database}): Watchers {
  type Stream = {readonly response: ServerResponse; readonly ownerId: string; readonly id: string; revision: number}
  const streams = new Set<Stream>()
  let cancelHeartbeat: () => void = () => undefined

  const tell = ({ownerId, id, revision}: Change) => {
    for (const stream of streams) {
      const isNews = revision === 0 || revision > stream.revision
      if (stream.ownerId === ownerId && stream.id === id && isNews) {
        stream.revision = revision
        if (revision === 0) {
          streams.delete(stream)
          write(stream.response, {type: 'deleted', id})
          stream.response.end()
        } else {
          write(stream.response, {type: 'revision', id, revision})
        }
      }
    }
  }
  const beat = () => {
    for (const {response} of streams) {
      response.write(': still here\n\n')
    }
    cancelHeartbeat = clock.after(HEARTBEAT_MS, beat)
  }
  cancelHeartbeat = clock.after(HEARTBEAT_MS, beat)
  const unsubscribe = database.onChange(tell)

  return {
    watch: (response, {ownerId, id, revision, expiresAt}) => {
      if ([...streams].filter((stream) => stream.ownerId === ownerId).length >= MOST_STREAMS) {
        return false
      }
      const stream = {response, ownerId, id, revision}
      streams.add(stream)
      const stopWaiting =
        expiresAt === undefined
          ? () => undefined
          : clock.after(Math.min(Math.max(0, expiresAt - clock.now()), LONGEST_STREAM_MS), () => {
              streams.delete(stream)
              response.end()
            })
      response.once('close', () => {
        stopWaiting()
        streams.delete(stream)
      })
      write(response, {type: 'revision', id, revision})
      return true
    },
    changed: (change) => {
      tell(change)
      database.announce(change)
    },
    count: () => streams.size,
    close: () => {
      unsubscribe()
      cancelHeartbeat()
      for (const {response} of streams) {
        response.end()
      }
    },
  }
}

function write(response: ServerResponse, event: SessionEvent) {
  const id = event.type === 'revision' ? `id: ${event.revision}\n` : ''
  response.write(`event: ${event.type}\n${id}data: ${JSON.stringify(event)}\n\n`)
}
