import {
  copyDocument,
  createDocument,
  deleteDocument,
  readDocument,
  readMetadata,
  restoreDocument,
  updateDocument,
  versionOf,
} from './documents.ts'
import {documentHistory, thinDocument, thinWorkspace, workspaceHistory} from './history.ts'
import {claimJobs, finishJob, ping, postponeJob, sharedSecret} from './jobs.ts'
import {list} from './lists.ts'
import {forgetRequests} from './requests.ts'
import {adoptSnapshot, deleteSnapshot, visitSnapshot} from './snapshots.ts'
import {commitStore, listStore, readStore, storeIds} from './stores.ts'
import {forgetVisit, markVisitDeleted, visitorsOf} from './visits.ts'
import {commitWorkspace, deleteWorkspace, readWorkspace, restoreWorkspace} from './workspaces.ts'

/** Everything the server asks of its database. Each runs in one transaction: all of it is durable, or nothing. */
export const operations = {
  createDocument,
  copyDocument,
  updateDocument,
  restoreDocument,
  deleteDocument,
  readMetadata,
  readDocument,
  readVersion: versionOf,
  documentHistory,
  thinDocument,
  visitSnapshot,
  adoptSnapshot,
  deleteSnapshot,
  forgetVisit,
  markVisitDeleted,
  visitorsOf,
  commitWorkspace,
  restoreWorkspace,
  deleteWorkspace,
  readWorkspace,
  workspaceHistory,
  thinWorkspace,
  commitStore,
  readStore,
  listStore,
  storeIds,
  list,
  forgetRequests,
  claimJobs,
  postponeJob,
  finishJob,
  sharedSecret,
  ping,
} as const

export type OperationName = keyof typeof operations
export type InputOf<Name extends OperationName> = Parameters<(typeof operations)[Name]>[1]
export type OutputOf<Name extends OperationName> = Awaited<ReturnType<(typeof operations)[Name]>>
