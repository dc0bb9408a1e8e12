import type {EntryContent} from '../../src/model/content.ts'
import {KeepspaceError} from '../../src/model/errors.ts'
import type {SessionServer} from '../../src/model/session-server.ts'
import {contentHash} from '../../src/model/wire/content-hash.ts'
import type {DocumentMetadata} from '../../src/model/wire/documents.ts'

/** A server with one session. What is sent to it, and what it is asked for, waits for an answer. */
export type AnsweredServer = {
  readonly link: SessionServer
  /** What it says when it is only asked for its revision. */
  revision: number
  /** It says that it has no such session any more. */
  isGone: boolean
  /** Versions that were sent and not answered. */
  readonly sent: number
  /** Versions that were asked for and not shown. */
  readonly asked: number
  /** Takes what was sent. Returns the text of the note in it. */
  acknowledge(revision: number): string | undefined
  refuse(error: KeepspaceError): void
  /** Shows what somebody else saved before: the first version. */
  show(revision: number): void
  hide(error: KeepspaceError): void
}

type Waiting<Answer> = {readonly content: unknown; resolve(answer: Answer): void; reject(error: Error): void}

/** Makes a server that knows nothing yet. */
export function createAnsweredServer(): AnsweredServer {
  const updates: Waiting<DocumentMetadata>[] = []
  const reads: Waiting<number>[] = []
  let first: unknown

  const metadata = async (revision: number, content: unknown): Promise<DocumentMetadata> => ({
    id: 'session',
    title: 'Session',
    description: '',
    revision,
    createdAt: 0,
    updatedAt: 0,
    contentHash: await contentHash(content),
    bytes: 0,
  })
  const server: AnsweredServer = {
    link: {
      ...unused,
      createSession: async ({content}) => {
        first = content
        return metadata(1, content)
      },
      // What somebody else saved is not what was sent from here, or it would count as a new name alone.
      readSessionMetadata: async () => {
        if (server.isGone) {
          throw new KeepspaceError('notFound')
        }
        return metadata(server.revision, {theirs: first})
      },
      updateSession: (_, __, {content}) => new Promise((resolve, reject) => updates.push({content, resolve, reject})),
      readSession: async () => {
        const revision = await new Promise<number>((resolve, reject) => {
          reads.push({content: first, resolve, reject})
        })
        return {...(await metadata(revision, first)), content: first}
      },
    },
    revision: 1,
    isGone: false,
    get sent() {
      return updates.length
    },
    get asked() {
      return reads.length
    },
    acknowledge: (revision) => {
      const update = updates.shift()
      if (update === undefined) {
        return undefined
      }
      void metadata(revision, update.content).then(update.resolve)
      return textIn(update.content as EntryContent)
    },
    refuse: (error) => updates.shift()?.reject(error),
    show: (revision) => reads.shift()?.resolve(revision),
    hide: (error) => reads.shift()?.reject(error),
  }
  return server
}

function textIn({workspaces}: EntryContent): string | undefined {
  const [component] = workspaces.flatMap(({components}) => components)
  return (component?.records.state as {readonly text: string} | undefined)?.text
}

const refuse = () => Promise.reject(new KeepspaceError('server.refused'))

const unused: SessionServer = {
  listSessions: refuse,
  createSession: refuse,
  readSession: refuse,
  readSessionMetadata: refuse,
  updateSession: refuse,
  deleteSession: refuse,
  copySession: refuse,
  listVersions: refuse,
  readVersion: refuse,
  listSnapshots: refuse,
  createSnapshot: refuse,
  readSnapshot: refuse,
  deleteSnapshot: refuse,
  restoreVersion: refuse,
  listTemplates: refuse,
  createTemplate: refuse,
  readTemplate: refuse,
  deleteTemplate: refuse,
  listVisits: refuse,
  forgetVisit: refuse,
}
