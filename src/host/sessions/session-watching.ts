import {createActor, fromCallback, fromPromise} from 'xstate'
import {type WatchEvent, type WatchRef, watchMachine} from '../../machines/watch/watch.machine.ts'
import {defaultWatch} from '../../machines/watch/watch.policy.ts'
import {KeepspaceError} from '../../model/errors.ts'
import type {Undo} from '../../model/handles.ts'
import type {EntryId} from '../../model/ids.ts'
import type {PageEvent} from '../../model/page-lifecycle.ts'
import type {SessionServer} from '../../model/session-server.ts'
import type {ResolvedOptions} from '../options.ts'
import type {LiveSession} from './session-actors.ts'
import type {SessionBindings} from './session-bindings.ts'
import {lookAt} from './session-gone.ts'
import type {SessionsContext} from './session-saving.ts'

/** Streams that ended are opened again after this. */
const REOPEN_MS = 10_000

const watchEvents: Readonly<Partial<Record<PageEvent, WatchEvent['type']>>> = {
  visible: 'page.shown',
  focused: 'page.focused',
  hidden: 'page.hidden',
  frozen: 'page.hidden',
  leaving: 'page.hidden',
  online: 'hint.arrived',
}

/** Who is being watched for newer revisions on the server. */
export type SessionWatching = {
  /** Watches the session of an entry until it is undone. Watching twice asks no more often. */
  watch(entryId: EntryId): Undo
  /** The entry has another session now, or none: it is asked for that one. */
  renew(entryId: EntryId): void
  tokenDelivered(): void
  close(): void
}

/** Watches sessions while the window is seen. */
export function createSessionWatching(
  context: {
    readonly server: SessionServer
    readonly bindings: SessionBindings
    readonly emit: SessionsContext['emit']
    readonly find: (entryId: EntryId) => LiveSession | undefined
  },
  {time, lifecycle, inspect, inspection}: Pick<ResolvedOptions, 'time' | 'lifecycle' | 'inspect' | 'inspection'>,
): SessionWatching {
  const {server, find} = context
  const watched = new Map<EntryId, {actor: WatchRef; count: number}>()
  const isVisible = () => lifecycle.getState?.().isVisible ?? true

  const start = (entryId: EntryId) => {
    const actor = createActor(
      watchMachine.provide({
        actors: {
          look: fromPromise<void, {entryId: EntryId}>(async ({signal}) => {
            const session = find(entryId)
            if (session === undefined) {
              throw new KeepspaceError('session.gone', 'it has no session')
            }
            await lookAt(session, context, {signal})
          }),
          listen: fromCallback<WatchEvent, {entryId: EntryId}>(({sendBack}) => {
            const abort = new AbortController()
            void listen(entryId, sendBack, abort.signal)
            return () => abort.abort()
          }),
        },
      }),
      {
        input: {entryId, policy: defaultWatch, isVisible: isVisible()},
        clock: time,
        systemId: `keepspace.watch.${entryId}`,
        ...(inspect && {inspect}),
      },
    )
    inspection.watch(actor)
    actor.start()
    return actor
  }

  /** Listens for as long as it is wanted; a stream that ends is opened again a little later. */
  const listen = async (entryId: EntryId, tell: (event: WatchEvent) => void, signal: AbortSignal) => {
    const {watchSession} = server
    for (
      let session = find(entryId);
      watchSession !== undefined && session !== undefined && !signal.aborted;
      session = find(entryId)
    ) {
      let isOpen = false
      const {actor, binding} = session
      await watchSession(
        binding.sessionId,
        (event) => {
          if (!isOpen) {
            isOpen = true
            tell({type: 'stream.opened'})
          }
          event.type === 'revision'
            ? actor.send({type: 'remote.seen', revision: event.revision})
            : tell({type: 'hint.arrived'})
        },
        {signal},
      ).catch(() => undefined)
      if (isOpen && !signal.aborted) {
        tell({type: 'stream.closed'})
      }
      await pause(signal)
    }
  }
  const pause = (signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      const handle = time.setTimeout(resolve, REOPEN_MS)
      signal.addEventListener('abort', () => {
        time.clearTimeout(handle)
        resolve()
      })
    })

  const tellAll = (type: WatchEvent['type']) => {
    for (const {actor} of watched.values()) {
      actor.send({type})
    }
  }
  const stopLifecycle = lifecycle.subscribe((event) => {
    const type = watchEvents[event]
    if (type !== undefined) {
      tellAll(type)
    }
  })

  return {
    watch: (entryId) => {
      const known = watched.get(entryId) ?? {actor: start(entryId), count: 0}
      watched.set(entryId, known)
      known.count += 1
      let isUndone = false
      return () => {
        known.count -= isUndone ? 0 : 1
        isUndone = true
        if (known.count === 0 && watched.get(entryId) === known) {
          known.actor.stop()
          watched.delete(entryId)
        }
      }
    },
    renew: (entryId) => {
      const known = watched.get(entryId)
      if (known !== undefined) {
        known.actor.stop()
        known.actor = start(entryId)
      }
    },
    tokenDelivered: () => tellAll('token.delivered'),
    close: () => {
      stopLifecycle()
      for (const {actor} of watched.values()) {
        actor.stop()
      }
      watched.clear()
    },
  }
}
