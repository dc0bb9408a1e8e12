import type {ErrorReport} from '../model/errors.ts'
import type {HealthState, ServerAnswer, ServerHealth, ServerLink} from '../model/health.ts'
import type {WorkspaceId} from '../model/ids.ts'
import {errorOfHost} from '../services/server-link/host-errors.ts'

/** One way to a server: workspaces that save themselves there, or sessions. */
export type ServerLeg = {
  /** It waits for a new token. */
  readonly isPaused: () => boolean
  /** It waits before it asks again; why. */
  readonly waitsFor: () => ErrorReport | undefined
  /** For everything that is to be sent and was not acknowledged, since when, if that is known. */
  readonly waiting: () => readonly (number | undefined)[]
  /** What a person has to do something about. */
  readonly troubles: () => readonly ServerTrouble[]
}

export type ServerTrouble = {
  readonly state: Extract<HealthState, 'conflict' | 'gone' | 'refused'>
  readonly error: ErrorReport | undefined
  readonly workspaces: readonly WorkspaceId[]
}

/** What a way to a server tells while it is open. */
export type OpenLeg = {
  /** The same server; what it answers is noted. Streams are not answers. */
  observe<Server extends object>(server: Server, streams?: readonly (keyof Server)[]): Server
  changed(): void
  tokenDelivered(): void
  close(): void
}

/** All ways to a server, for whoever asks how they fare. */
export type ServerLegs = {
  open(leg: ServerLeg): OpenLeg
  /** Undefined while there is none. */
  read(): ServerHealth | undefined
  note(add: (state: HealthState, error?: ErrorReport, id?: WorkspaceId) => void): void
}

/** Makes a place where the ways to a server are known. `changed` is called for whoever shows them. */
export function createServerLegs(changed: () => void, now: () => number): ServerLegs {
  const legs = new Set<ServerLeg>()
  let last: ServerAnswer | undefined
  let link: ServerLink = 'unknown'

  const noteAnswer = (error: ErrorReport | undefined) => {
    last = {at: now(), error}
    link = linkAfter(error)
    changed()
  }
  const linkNow = (): ServerLink => {
    const all = [...legs]
    if (link === 'paused.unauthorized' || all.some(({isPaused}) => isPaused())) {
      return 'paused.unauthorized'
    }
    return all.some(({waitsFor}) => linkAfter(waitsFor()) === 'unreachable') ? 'unreachable' : link
  }

  return {
    open: (leg) => {
      legs.add(leg)
      return {
        observe: (server, streams = []) =>
          new Proxy(server, {
            get: (target, name) => {
              const value: unknown = Reflect.get(target, name)
              if (typeof value !== 'function') {
                return value
              }
              const isStream = streams.some((stream) => stream === name)
              return (...args: readonly unknown[]) => {
                const answer: unknown = Reflect.apply(value, target, args)
                return isStream ? answer : noting(answer, args, noteAnswer)
              }
            },
          }),
        changed,
        tokenDelivered: () => {
          link = link === 'paused.unauthorized' ? 'unknown' : link
          changed()
        },
        close: () => {
          legs.delete(leg)
          changed()
        },
      }
    },
    read: () => {
      if (legs.size === 0) {
        return undefined
      }
      const waiting = [...legs].flatMap((leg) => leg.waiting())
      const since = waiting.filter((at) => at !== undefined)
      return {
        link: linkNow(),
        waiting: waiting.length,
        oldestWaitingAt: since.length === 0 ? undefined : Math.min(...since),
        lastAnswer: last,
      }
    },
    note: (add) => {
      for (const {state, error, workspaces} of [...legs].flatMap((leg) => leg.troubles())) {
        add(state, error)
        for (const id of workspaces) {
          add(state, error, id)
        }
      }
      const known = legs.size === 0 ? 'unknown' : linkNow()
      if (known === 'paused.unauthorized') {
        add('unauthorized', last?.error)
      } else if (known === 'unreachable') {
        add('unreachable', last?.error)
      }
    },
  }
}

function linkAfter(error: ErrorReport | undefined): ServerLink {
  switch (error?.code) {
    case 'server.offline':
    case 'server.busy':
      return 'unreachable'
    case 'server.unauthorized':
    case 'server.otherUser':
      return 'paused.unauthorized'
    default:
      return 'reachable'
  }
}

/** Tells how a request ended, unless whoever asked does not want to know any more. */
async function noting(
  answer: unknown,
  args: readonly unknown[],
  note: (error: ErrorReport | undefined) => void,
): Promise<unknown> {
  try {
    const value = await answer
    note(undefined)
    return value
  } catch (cause) {
    if (!args.some(isAborted)) {
      note(errorOfHost(cause).report)
    }
    throw cause
  }
}

function isAborted(arg: unknown): boolean {
  const {signal} = Object(arg) as {readonly signal?: unknown}
  return signal instanceof AbortSignal && signal.aborted
}
