import type {KeepspaceError} from '../../src/model/errors.ts'
import type {SessionServer} from '../../src/model/session-server.ts'
import type {DocumentMetadata} from '../../src/model/wire/documents.ts'
import {createAnsweredServer} from './answered-server.ts'

/** A server with one session that is asked for its revision, and tells of new ones. Everything waits for an answer. */
export type TellingServer = {
  readonly link: SessionServer
  /** The newest revision that it has told of. */
  readonly revision: number
  /** Questions that somebody still waits for. */
  readonly asked: number
  /** Whether somebody listens. */
  readonly isHeard: boolean
  answer(): void
  refuse(error: KeepspaceError): void
  /** Opens the stream with a revision. False when nobody listens, or when it is open. */
  tell(): boolean
  /** Ends the stream. False when it is not open. */
  end(): boolean
}

type Question = {readonly signal: AbortSignal | undefined; resolve(revision: number): void; reject(error: Error): void}
type Stream = {
  isOpen: boolean
  readonly signal: AbortSignal
  tell(revision: number): void
  end(): void
}

/** Makes a server that tells nothing yet. */
export function createTellingServer(): TellingServer {
  const {link} = createAnsweredServer()
  let known: Promise<DocumentMetadata> | undefined
  let questions: readonly Question[] = []
  let stream: Stream | undefined
  let revision = 1

  const open = () => {
    questions = questions.filter(({signal}) => signal?.aborted !== true)
    return questions
  }
  const take = () => {
    const [question] = open()
    questions = questions.slice(1)
    return question
  }
  const heard = () => (stream?.signal.aborted === false ? stream : undefined)
  return {
    link: {
      ...link,
      createSession: (body) => {
        known = link.createSession(body)
        return known
      },
      readSessionMetadata: async (_, options) => {
        const found = await new Promise<number>((resolve, reject) => {
          questions = [...questions, {signal: options?.signal, resolve, reject}]
        })
        return {...((await known) as DocumentMetadata), revision: found}
      },
      watchSession: (_, listener, {signal}) =>
        new Promise((resolve) => {
          stream = {
            isOpen: false,
            signal,
            tell: (told) => listener({type: 'revision', id: 'session', revision: told}),
            end: resolve,
          }
        }),
    },
    get revision() {
      return revision
    },
    get asked() {
      return open().length
    },
    get isHeard() {
      return heard() !== undefined
    },
    answer: () => {
      revision += 1
      take()?.resolve(revision)
    },
    refuse: (error) => take()?.reject(error),
    tell: () => {
      const listening = heard()
      if (listening === undefined || listening.isOpen) {
        return false
      }
      listening.isOpen = true
      revision += 1
      listening.tell(revision)
      return true
    },
    end: () => {
      const listening = heard()
      stream = undefined
      listening?.end()
      return listening?.isOpen === true
    },
  }
}
