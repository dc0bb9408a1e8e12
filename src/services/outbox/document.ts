import {CONTENT_FORMAT_VERSION, type ComponentContent} from '../../model/content.ts'
import {KeepspaceError} from '../../model/errors.ts'
import type {EntryId, WorkspaceId} from '../../model/ids.ts'
import type {Json} from '../../model/json.ts'
import {escapeKeyPart} from '../../model/keys.ts'
import type {Digests} from '../../model/server-saves.ts'
import {canonicalJson} from '../../model/wire/canonical-json.ts'
import type {WorkspaceDocument} from '../../model/workspace-server.ts'
import {measure} from '../codec/checksum.ts'
import {asEntryContent} from '../content/content-shape.ts'

const FACTS_KEY = 'workspace'

/** A document in parts: the workspace, each component, and apart from it the records of one that has several. */
export function partsOf({components, ...facts}: WorkspaceDocument): ReadonlyMap<string, unknown> {
  const parts = new Map<string, unknown>([[FACTS_KEY, facts]])
  for (const {records, ...component} of components) {
    const name = escapeKeyPart(component.id)
    const entries = Object.entries(records)
    parts.set(`c/${name}`, entries.length === 1 ? {...component, records} : component)
    for (const [record, value] of entries.length === 1 ? [] : entries) {
      parts.set(`r/${name}/${escapeKeyPart(record)}`, value)
    }
  }
  return parts
}

/**
 * The document that parts make up.
 *
 * @throws {@link KeepspaceError} `value.invalid`
 */
export function documentOf(parts: ReadonlyMap<string, unknown>): WorkspaceDocument {
  const records = new Map<string, Record<string, Json>>()
  for (const [key, value] of parts) {
    const [kind, component = '', record = ''] = key.split('/')
    if (kind === 'r') {
      records.set(component, {...records.get(component), [decodeURIComponent(record)]: value as Json})
    }
  }
  const components = [...parts].flatMap(([key, value]) => {
    const [kind, name = ''] = key.split('/')
    return kind === 'c' ? [{records: records.get(name) ?? {}, ...(value as object)}] : []
  })
  return asWorkspaceDocument({...(parts.get(FACTS_KEY) as object), components})
}

/**
 * Takes what a server answered as a document, whole or not at all.
 *
 * @throws {@link KeepspaceError} `record.newer` | `value.invalid` | `value.notJson`
 */
export function asWorkspaceDocument(value: unknown): WorkspaceDocument {
  const {formatVersion, id, title, entryId, entryTitle, components} = Object(value) as Record<string, unknown>
  if (typeof entryId !== 'string' || typeof entryTitle !== 'string') {
    throw new KeepspaceError('value.invalid', 'not a workspace')
  }
  const {workspaces} = asEntryContent({formatVersion, title: entryTitle, workspaces: [{id, title, components}]})
  const [workspace] = workspaces
  return {
    formatVersion: CONTENT_FORMAT_VERSION,
    id: (workspace?.id ?? '') as WorkspaceId,
    title: workspace?.title ?? '',
    entryId: entryId as EntryId,
    entryTitle,
    components: [...(workspace?.components ?? [])].sort(byId),
  }
}

/** Size and checksum of each part: enough to see whether it is the one that was sent. */
export function digestsOf(parts: ReadonlyMap<string, unknown>): Digests {
  return Object.fromEntries([...parts].map(([key, value]) => [key, digestOf(value)]))
}

/** The parts that are not as they were, and the keys of those that are gone. */
export function changesBetween(
  before: Digests,
  parts: ReadonlyMap<string, unknown>,
  after: Digests,
): {readonly puts: ReadonlyMap<string, unknown>; readonly deletes: readonly string[]} {
  return {
    puts: new Map([...parts].filter(([key]) => !Object.hasOwn(before, key) || before[key] !== after[key])),
    deletes: Object.keys(before).filter((key) => !parts.has(key)),
  }
}

/** Size and checksum of one value. */
export function digestOf(value: unknown): string {
  const {bytes, checksum} = measure(canonicalJson(value))
  return `${bytes}.${checksum}`
}

function byId(a: ComponentContent, b: ComponentContent): number {
  return a.id < b.id ? -1 : 1
}
