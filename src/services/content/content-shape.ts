import {
  CONTENT_FORMAT_VERSION,
  type ComponentContent,
  type EntryContent,
  type ExportFile,
  type WorkspaceContent,
} from '../../model/content.ts'
import {KeepspaceError} from '../../model/errors.ts'
import {findNonJson} from '../../model/json.ts'
import {isLayout} from '../codec/record-shapes.ts'

type Fields = Readonly<Record<string, unknown>>

/**
 * Takes a value that came from outside (a file, a server) as the content of an entry, whole or not at all.
 *
 * @throws {@link KeepspaceError} `record.newer` for a form of a later version | `value.invalid` for anything else
 */
export function asEntryContent(value: unknown): EntryContent {
  const fields = asFields(value, 'content')
  assertVersion(fields.formatVersion)
  const workspaces = asList(fields.workspaces, 'workspaces').map(asWorkspace)
  assertUnique(workspaces, 'workspaces')
  return {formatVersion: CONTENT_FORMAT_VERSION, title: asText(fields.title, 'title'), workspaces}
}

/**
 * Takes a parsed file as an export.
 *
 * @throws {@link KeepspaceError} as {@link asEntryContent}
 */
export function asExportFile(value: unknown): ExportFile {
  const fields = asFields(value, 'file')
  if (fields.keepspace !== 'export') {
    throw new KeepspaceError('value.invalid', 'this file is not an export')
  }
  assertVersion(fields.formatVersion)
  return {
    keepspace: 'export',
    formatVersion: CONTENT_FORMAT_VERSION,
    exportedAt: asWhole(fields.exportedAt, 'exportedAt'),
    entries: asList(fields.entries, 'entries').map(asEntryContent),
  }
}

function asWorkspace(value: unknown, index: number): WorkspaceContent {
  const at = `workspaces[${index}]`
  const fields = asFields(value, at)
  const components = asList(fields.components, `${at}.components`).map((component, place) =>
    asComponent(component, `${at}.components[${place}]`),
  )
  assertUnique(components, at)
  return {
    id: asId(fields.id, at),
    title: asText(fields.title, `${at}.title`),
    ...(fields.isDefault === true && {isDefault: true}),
    components,
  }
}

function asComponent(value: unknown, at: string): ComponentContent {
  const fields = asFields(value, at)
  const records = asFields(fields.records, `${at}.records`)
  const unsound = findNonJson(records)
  if (unsound !== undefined) {
    throw new KeepspaceError('value.notJson', `${at}.records${unsound}`)
  }
  if (fields.layout !== undefined && !isLayout(fields.layout)) {
    throw new KeepspaceError('value.invalid', `${at}.layout`)
  }
  return {
    id: asId(fields.id, at),
    type: asId(fields.type, `${at}.type`),
    schemaVersion: asWhole(fields.schemaVersion, `${at}.schemaVersion`),
    editableFrom: asWhole(fields.editableFrom, `${at}.editableFrom`),
    ...(fields.layout !== undefined && {layout: fields.layout}),
    ...(fields.isActive === true && {isActive: true}),
    records: records as ComponentContent['records'],
  }
}

function assertVersion(version: unknown): void {
  if (typeof version === 'number' && version > CONTENT_FORMAT_VERSION) {
    throw new KeepspaceError('record.newer', `form ${version}, known is ${CONTENT_FORMAT_VERSION}`)
  }
  asWhole(version, 'formatVersion')
}

function assertUnique(things: readonly {readonly id: string}[], at: string): void {
  if (new Set(things.map(({id}) => id)).size < things.length) {
    throw new KeepspaceError('value.invalid', `${at}: two have the same id`)
  }
}

function asFields(value: unknown, at: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new KeepspaceError('value.invalid', `${at} is not an object`)
  }
  return value as Fields
}

function asList(value: unknown, at: string): readonly unknown[] {
  if (!Array.isArray(value)) {
    throw new KeepspaceError('value.invalid', `${at} is not a list`)
  }
  return value
}

function asText(value: unknown, at: string): string {
  if (typeof value !== 'string') {
    throw new KeepspaceError('value.invalid', `${at} is not a text`)
  }
  return value
}

function asId(value: unknown, at: string): string {
  if (typeof value !== 'string' || value === '') {
    throw new KeepspaceError('value.invalid', `${at} has no name`)
  }
  return value
}

function asWhole(value: unknown, at: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
    throw new KeepspaceError('value.invalid', `${at} is not a whole number`)
  }
  return value
}
