import {KeepspaceError} from '../../model/errors.ts'
import type {Time} from '../../model/time.ts'
import type {WorkspaceServer} from '../../model/workspace-server.ts'

/** A server of an app's own may take this long for one answer; after that it counts as lost, and is asked again. */
const ANSWER_LIMIT_MS = 60_000

type Signalled = {readonly signal: AbortSignal}

/** The same server, whose answers come in time or are `server.offline`: one that never comes would hold everything up. */
export function withAnswerLimit(server: WorkspaceServer, time: Time): WorkspaceServer {
  const limited = <Options extends Signalled, Answer>(
    options: Options,
    ask: (options: Options) => Promise<Answer>,
  ): Promise<Answer> => {
    const abort = new AbortController()
    const stop = () => abort.abort()
    return new Promise<Answer>((resolve, reject) => {
      const limit = time.setTimeout(() => {
        reject(new KeepspaceError('server.offline', `no answer in ${ANSWER_LIMIT_MS} ms`))
        stop()
      }, ANSWER_LIMIT_MS)
      options.signal.addEventListener('abort', stop)
      ask({...options, signal: options.signal.aborted ? options.signal : abort.signal})
        .then(resolve, reject)
        .finally(() => {
          time.clearTimeout(limit)
          options.signal.removeEventListener('abort', stop)
        })
    })
  }
  const {remove} = server
  return {
    ...(server.userId !== undefined && {userId: () => server.userId?.() ?? Promise.resolve('')}),
    load: (id, options) => limited(options, (given) => server.load(id, given)),
    save: (document, options) => limited(options, (given) => server.save(document, given)),
    ...(remove !== undefined && {
      remove: (id, options) => limited(options, async (given) => server.remove?.(id, given)),
    }),
  }
}
