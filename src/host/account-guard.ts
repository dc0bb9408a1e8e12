import {KeepspaceError} from '../model/errors.ts'
import {accountKey} from '../model/keys.ts'
import {FORMAT_VERSION} from '../model/records.ts'
import type {StoragePort} from '../model/storage-port.ts'
import {asAccount} from '../services/codec/account-shape.ts'
import {errorOfHost} from '../services/server-link/host-errors.ts'
import type {BackgroundWriter} from '../services/writing/background-writer.ts'

/** A server that can say who it takes somebody for. */
type NamingServer = {userId?(): Promise<string>}

/** Sees to it that a server gets the work of a scope only in the name of the person whose work it is. */
export type AccountGuard = {
  /**
   * The same server. Before it is asked for anything, the person it answers for is compared with the one of the scope.
   *
   * @param open - what anybody may ask for
   * @throws {@link KeepspaceError} `server.otherUser` from each method while they differ, before anything is sent
   */
  guard<Server extends NamingServer>(server: Server, open?: readonly (keyof Server)[]): Server
  /** Somebody else may be signed in now. */
  forget(): void
}

/** Makes the guard of one way to a server. The first person that a server answers for is the one of the scope. */
export function createAccountGuard(
  way: 'workspaces' | 'sessions',
  context: {readonly storage: () => Promise<StoragePort>; readonly writer: BackgroundWriter},
): AccountGuard {
  let confirmed: Promise<void> | undefined
  /** Known for as long as this page lives, also where it could not be stored. */
  let owner: string | undefined

  const confirm = async (asked: Promise<string>) => {
    const userId = await asked.catch((cause: unknown) => {
      throw errorOfHost(cause)
    })
    owner ??= (await readOwner(way, context)) ?? (await keepOwner(way, userId, context))
    if (owner !== userId) {
      throw new KeepspaceError('server.otherUser')
    }
  }
  const check = (server: NamingServer) => {
    if (confirmed === undefined) {
      const begun = confirm(Promise.resolve(server.userId?.() ?? ''))
      confirmed = begun
      begun.catch(() => {
        confirmed = confirmed === begun ? undefined : confirmed
      })
    }
    return confirmed
  }
  const ask = async (server: NamingServer, request: () => unknown) => {
    await check(server)
    try {
      return await request()
    } catch (cause) {
      const {code} = errorOfHost(cause)
      if (code === 'server.otherUser' || code === 'server.unauthorized') {
        confirmed = undefined
      }
      throw cause
    }
  }

  return {
    guard: (server, open = []) =>
      server.userId === undefined
        ? server
        : new Proxy(server, {
            get: (target, name) => {
              const value: unknown = Reflect.get(target, name)
              if (typeof value !== 'function' || name === 'userId' || open.some((one) => one === name)) {
                return value
              }
              return (...args: readonly unknown[]) => ask(target, () => Reflect.apply(value, target, args))
            },
          }),
    forget: () => {
      confirmed = undefined
    },
  }
}

async function readOwner(
  way: string,
  {storage}: {readonly storage: () => Promise<StoragePort>},
): Promise<string | undefined> {
  const [found] = await (await storage()).read([{key: accountKey(way)}])
  return asAccount(found?.[0]?.value)?.userId
}

/** Keeps whose work this is. On a device without room it is known to this page alone: the work has to go out all the more. */
async function keepOwner(
  way: string,
  userId: string,
  context: {readonly storage: () => Promise<StoragePort>; readonly writer: BackgroundWriter},
): Promise<string> {
  try {
    await context.writer.write({
      targetKind: 'account',
      target: way,
      key: accountKey(way),
      reason: 'explicit',
      durability: 'strict',
      baseRevision: () => 0,
      build: (stamp) => ({formatVersion: FORMAT_VERSION, userId, ...stamp}),
    })
  } catch {
    // Another tab may have been first, for somebody else.
    return (await readOwner(way, context)) ?? userId
  }
  return userId
}
