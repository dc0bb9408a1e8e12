import {
  MAX_COMMIT_RECORDS,
  MAX_RECORD_KEY_LENGTH,
  MAX_STORE_KEY_LENGTH,
  MAX_STORE_RECORDS,
  problemCodes,
} from 'keepspace/wire'
import {Type} from 'typebox'

/** Longer than any name before control characters are taken out of it. */
const LONGEST_NAME = 4_000
const closed = {additionalProperties: false}

/** Neither NUL nor half of a character: one database takes them, the other does not. */
const WELL_FORMED = '^[^\\u0000\\ud800-\\udfff]*$'
const id = Type.String({minLength: 1, maxLength: 200, pattern: WELL_FORMED})
const recordKey = Type.String({minLength: 1, maxLength: MAX_RECORD_KEY_LENGTH, pattern: WELL_FORMED})

const title = Type.String({maxLength: LONGEST_NAME, description: 'At most 30 code points.'})
const description = Type.String({maxLength: LONGEST_NAME, description: 'At most 250 code points.'})
const revision = Type.Integer({minimum: 0})
const time = Type.Integer({description: 'Milliseconds since 1970.'})

/** Any JSON value. */
const content = Type.Unknown({description: 'Any JSON value, at most 1.5 MiB as UTF-8 and 64 levels deep.'})

export const Person = Type.Object({userId: Type.String()}, closed)

export const IdParameters = Type.Object({id}, closed)
export const VersionParameters = Type.Object({id, revision: Type.String({pattern: '^[1-9][0-9]{0,14}$'})}, closed)

export const ListParameters = Type.Object(
  {
    pageSize: Type.Optional(Type.String({description: 'From 1 to 100; 20 when left out.'})),
    cursor: Type.Optional(Type.String({maxLength: 2_000})),
    sort: Type.Optional(Type.String({description: 'A field, with - before it for descending order.'})),
    filter: Type.Optional(
      Type.Union([Type.String(), Type.Array(Type.String())], {
        description: 'field:operator:value, operator one of equals, contains, more, less.',
      }),
    ),
  },
  closed,
)

export const CreateBody = Type.Object({title, description: Type.Optional(description), content}, closed)
export const UpdateBody = Type.Object(
  {title: Type.Optional(title), description: Type.Optional(description), content: Type.Optional(content)},
  closed,
)
export const CreateSnapshotBody = Type.Object(
  {
    title: Type.Optional(title),
    description: Type.Optional(description),
    content: Type.Optional(content),
    sessionId: Type.Optional(id),
    revision: Type.Optional(Type.Integer({minimum: 1})),
  },
  {...closed, description: 'Either title and content, or sessionId.'},
)

export const CommitBody = Type.Object(
  {
    commitId: id,
    title: Type.Optional(title),
    puts: Type.Array(Type.Object({key: recordKey, value: content}, closed), {
      maxItems: MAX_COMMIT_RECORDS,
    }),
    deletes: Type.Array(recordKey, {maxItems: MAX_COMMIT_RECORDS}),
  },
  closed,
)

const storeKey = Type.String({minLength: 1, maxLength: MAX_STORE_KEY_LENGTH})
const storePrefix = Type.String({maxLength: MAX_STORE_KEY_LENGTH})
const storeRecord = Type.Object({key: storeKey, value: Type.Unknown({description: 'Any JSON value.'})}, closed)
export const StoreParameters = Type.Object({id: Type.String({pattern: '^[A-Za-z0-9._~-]{1,64}$'})}, closed)
export const StoreCommitBody = Type.Object(
  {
    groups: Type.Array(
      Type.Object(
        {
          expect: Type.Object(
            {key: storeKey, revision: Type.Number(), fence: Type.Optional(Type.Number())},
            {...closed, description: 'Revision 0: nothing is stored under the key.'},
          ),
          puts: Type.Array(storeRecord, {maxItems: MAX_STORE_RECORDS}),
          deletes: Type.Array(storeKey, {maxItems: MAX_STORE_RECORDS}),
        },
        closed,
      ),
      {maxItems: MAX_STORE_RECORDS},
    ),
  },
  closed,
)
export const StoreReadBody = Type.Object(
  {
    selectors: Type.Array(
      Type.Union([Type.Object({key: storeKey}, closed), Type.Object({prefix: storePrefix}, closed)]),
      {maxItems: MAX_STORE_RECORDS},
    ),
  },
  closed,
)
export const StoreListBody = Type.Object({prefix: storePrefix}, closed)
export const StoreResults = Type.Object({
  results: Type.Array(
    Type.Object({
      status: Type.Enum(['committed', 'conflict']),
      revision: Type.Optional(Type.Number()),
      commitId: Type.Optional(Type.String()),
    }),
  ),
})
export const StoreRecords = Type.Object({recordLists: Type.Array(Type.Array(storeRecord))})
export const StoreKeyList = Type.Object({keys: Type.Array(Type.String())})

export const Metadata = Type.Object({
  id: Type.String(),
  title: Type.String(),
  description: Type.String(),
  revision,
  createdAt: time,
  updatedAt: time,
  contentHash: Type.String(),
  bytes: Type.Integer(),
})
export const WithContent = Type.Object({...Metadata.properties, content})
export const SharedSnapshot = Type.Object({...WithContent.properties, isOwner: Type.Boolean()})
const Version = Type.Object({
  revision,
  title: Type.String(),
  description: Type.String(),
  createdAt: time,
  contentHash: Type.String(),
  bytes: Type.Integer(),
})
export const VersionWithContent = Type.Object({...Version.properties, content})
const VisitRow = Type.Object({
  snapshotId: Type.String(),
  title: Type.String(),
  visitCount: Type.Integer(),
  firstVisitedAt: time,
  lastVisitedAt: time,
  isDeleted: Type.Boolean(),
})
export const Workspace = Type.Object({
  id: Type.String(),
  title: Type.String(),
  revision,
  commitId: Type.String(),
  createdAt: time,
  updatedAt: time,
  records: Type.Integer(),
  bytes: Type.Integer(),
})
export const WorkspaceContent = Type.Object({
  ...Workspace.properties,
  recordList: Type.Array(Type.Object({key: Type.String(), value: content})),
})
const WorkspaceVersionRow = Type.Object({
  revision,
  commitId: Type.String(),
  title: Type.String(),
  createdAt: time,
  records: Type.Integer(),
  bytes: Type.Integer(),
})

const nextCursor = Type.Optional(Type.String())
export const MetadataPage = Type.Object({items: Type.Array(Metadata), nextCursor})
export const VisitPage = Type.Object({items: Type.Array(VisitRow), nextCursor})
export const WorkspacePage = Type.Object({items: Type.Array(Workspace), nextCursor})
export const VersionPage = Type.Object({items: Type.Array(Version), nextCursor})
export const WorkspaceVersionPage = Type.Object({items: Type.Array(WorkspaceVersionRow), nextCursor})

export const ProblemBody = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    code: Type.Enum([...problemCodes]),
    detail: Type.Optional(Type.String()),
    sizeBytes: Type.Optional(Type.Integer()),
    limitBytes: Type.Optional(Type.Integer()),
    retryAfterSeconds: Type.Optional(Type.Integer()),
    current: Type.Optional(Type.Unknown()),
  },
  {description: 'RFC 9457. Branch on `code`.'},
)
