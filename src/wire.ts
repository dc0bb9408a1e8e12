/**
 * What the session server and its clients share: addresses, bodies, limits, codes, and the content hash.
 *
 * @packageDocumentation
 */

export {conflictWith, type Stamp, stampOf} from './model/stored-stamp.ts'
export {canonicalJson} from './model/wire/canonical-json.ts'
export {contentBytes, contentHash} from './model/wire/content-hash.ts'
export type {
  CopyDocument,
  CreateDocument,
  CreateSnapshot,
  DocumentMetadata,
  DocumentVersion,
  DocumentWithContent,
  Page,
  SessionEvent,
  SnapshotWithContent,
  UpdateDocument,
  Visit,
} from './model/wire/documents.ts'
export {
  API_PREFIX,
  DEFAULT_PAGE_SIZE,
  IDEMPOTENCY_KEPT_MS,
  MAX_COMMIT_RECORDS,
  MAX_CONTENT_BYTES,
  MAX_CONTENT_DEPTH,
  MAX_DESCRIPTION_LENGTH,
  MAX_ENVELOPE_BYTES,
  MAX_FILTERS,
  MAX_PAGE_SIZE,
  MAX_RECORD_KEY_LENGTH,
  MAX_STORE_KEY_LENGTH,
  MAX_STORE_RECORDS,
  MAX_TITLE_LENGTH,
  SNAPSHOT_ID_LENGTH,
  VISIT_WINDOW_MS,
} from './model/wire/limits.ts'
export {
  type FilterOperator,
  filterOperators,
  type ListFilter,
  type ListQuery,
  listQueryString,
} from './model/wire/lists.ts'
export {cleanName, isDescription, isTitle, lengthOf} from './model/wire/names.ts'
export {isProblem, type Problem, type ProblemCode, problemCodes, problemOf} from './model/wire/problems.ts'
export {etagOf, revisionOf, routes, USER_HEADER, userHeaderOf} from './model/wire/routes.ts'
export type {
  CommitStore,
  StoreCommitted,
  StoreKeys,
  StoreRead,
  WireExpectation,
  WireGroup,
  WireGroupResult,
  WireSelector,
} from './model/wire/stores.ts'
export type {
  CommitWorkspace,
  WireRecord,
  WorkspaceMetadata,
  WorkspaceVersion,
  WorkspaceWithRecords,
} from './model/wire/workspaces.ts'
