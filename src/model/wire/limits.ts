/** Where the routes of the session server begin. */
export const API_PREFIX = '/api/v1'

/** Largest content of a session, a snapshot, a template, and of all records in one commit: UTF-8 bytes of its JSON. */
export const MAX_CONTENT_BYTES = 1_572_864
/** What a request body may hold beside its content: titles, keys, punctuation. */
export const MAX_ENVELOPE_BYTES = 16_384
/** Deepest nesting of arrays and objects in a content. */
export const MAX_CONTENT_DEPTH = 64

/** Longest title, in code points. */
export const MAX_TITLE_LENGTH = 30
/** Longest description, in code points. */
export const MAX_DESCRIPTION_LENGTH = 250

/** Rows of a list page when nobody says otherwise. */
export const DEFAULT_PAGE_SIZE = 20
/** Most rows of a list page. */
export const MAX_PAGE_SIZE = 100
/** Most filters of one list. */
export const MAX_FILTERS = 8

/** Characters in the link id of a snapshot: 126 bits. */
export const SNAPSHOT_ID_LENGTH = 21

/** Visits of one person to one snapshot within this time count once. */
export const VISIT_WINDOW_MS = 300_000

/** How long the answer to an idempotency key is remembered. */
export const IDEMPOTENCY_KEPT_MS = 86_400_000

/** Most records in one commit of a workspace. */
export const MAX_COMMIT_RECORDS = 1_000
/** Most records in one commit of a store, most selectors of one read. */
export const MAX_STORE_RECORDS = 10_000
/** Longest key in a store, in UTF-16 units. */
export const MAX_STORE_KEY_LENGTH = 1_000
/** Longest key of a record, in characters. */
export const MAX_RECORD_KEY_LENGTH = 512
