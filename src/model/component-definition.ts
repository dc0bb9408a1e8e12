import type {StandardSchemaV1} from '@standard-schema/spec'
import {KeepspaceError} from './errors.ts'
import {findNonJson, type JsonObject} from './json.ts'
import type {OperationRules} from './operations.ts'

/** What a running component may do while its workspace is hot, whether anything shows it or not. */
export type RunContext<State extends object> = {
  get(): State
  set(patch: Partial<State>, options?: {readonly transient?: boolean}): void
  now(): number
  /** What is left until the declared deadline, within its duration; undefined without a deadline. */
  remainingMs(): number | undefined
  /** Tells a person that this is done: an alarm that is shown until it is dismissed. */
  ring(): void
  /** Calls back every `intervalMs` until the run ends. */
  every(intervalMs: number, callback: () => void): void
}

export type ComponentOptions<Type extends string, State extends object> = {
  /** Stored with every record. Never rename it. */
  readonly type: Type
  /** Version of the state's form, from 1. Raise it with every change that old code would misread. */
  readonly version: number
  /**
   * The oldest version of this component type that may still read and edit what this version writes.
   * @defaultValue `version`: older apps may only read it.
   */
  readonly editableFrom?: number
  /** Checks states, which are JSON objects; any Standard Schema library. The type of a state comes from it. Only its verdict is used: keys it does not know are kept. Synchronous. */
  readonly schema: StandardSchemaV1<unknown, State>
  /** The state of a new component. */
  readonly initial: NoInfer<State | (() => State)>
  /** `migrations[n]` turns a state of version `n` into one of version `n + 1`. Pure: no clock, no ids. */
  readonly migrations?: Readonly<Record<number, (state: JsonObject) => JsonObject>>
  /** Keys whose change is saved at once. */
  readonly immediateKeys?: readonly (keyof NoInfer<State> & string)[]
  /** Keys that are never stored: hover, drag previews. They start from `initial` at each load. */
  readonly transientKeys?: readonly (keyof NoInfer<State> & string)[]
  /**
   * Changes of keys that are not immediate mark the workspace dirty at most this often, for displays that tick.
   * The last value always comes. @defaultValue 0
   */
  readonly throttleMs?: number
  /** Whether a component with this state is doing work. Shown to people, and what {@link ComponentOptions.run} follows. */
  readonly isRunning?: (state: NoInfer<State>) => boolean
  /**
   * Work that goes on while the workspace is hot and {@link ComponentOptions.isRunning} holds: ticking, polling.
   * Returns what ends it. It is outside React, so hiding or unmounting a view does not stop it.
   */
  readonly run?: (context: RunContext<NoInfer<State>>) => (() => void) | undefined
  /** How running work outlives a stay on disk, and when it rings. */
  readonly operation?: OperationRules<NoInfer<State>>
  /**
   * Keys that belong to one visit of the entry: they outlive an eviction, and start from `initial` once their entry was
   * left or the page reloaded. Content never belongs here.
   */
  readonly visitKeys?: readonly (keyof NoInfer<State> & string)[]
}

/** One kind of component an app knows. Made once, at module scope, by {@link defineComponent}. */
export interface ComponentDefinition<Type extends string = string, State extends object = object> {
  readonly type: Type
  readonly version: number
  readonly editableFrom: number
  readonly throttleMs: number
  readonly migrations: ReadonlyMap<number, (state: JsonObject) => JsonObject>
  readonly immediateKeys: ReadonlySet<string>
  readonly transientKeys: ReadonlySet<string>
  readonly visitKeys: ReadonlySet<string>
  readonly operation: OperationRules<State>
  createInitial(): State
  isRunning(state: State): boolean
  /** Starts the work of a running component. Undefined for types without any. */
  run?(context: RunContext<State>): (() => void) | undefined
  /** The reason why a state is refused, or undefined when it is accepted. Never changes the state. */
  refusal(state: unknown): string | undefined
}

/** A definition of any state, as registries hold it. */
export type AnyComponentDefinition = ComponentDefinition

/** The state type of a definition. */
export type StateOf<Definition> = Definition extends {readonly createInitial: () => infer State} ? State : never

/**
 * Defines a component type.
 *
 * @throws {@link KeepspaceError} `definition.invalid` when the version is not a positive whole number, a migration is
 * missing between the first one and `version`, the schema is asynchronous, or `initial` is refused by the schema.
 */
export function defineComponent<const Type extends string, State extends object>(
  options: ComponentOptions<Type, State>,
): ComponentDefinition<Type, State> {
  const {initial} = options
  const definition: ComponentDefinition<Type, State> = {
    type: options.type,
    version: options.version,
    editableFrom: options.editableFrom ?? options.version,
    throttleMs: options.throttleMs ?? 0,
    createInitial: typeof initial === 'function' ? (initial as () => State) : () => initial,
    migrations: new Map(Object.entries(options.migrations ?? {}).map(([from, migrate]) => [Number(from), migrate])),
    immediateKeys: new Set(options.immediateKeys),
    transientKeys: new Set(options.transientKeys),
    visitKeys: new Set(options.visitKeys),
    operation: options.operation ?? {},
    isRunning: options.isRunning ?? (() => false),
    ...(options.run && {run: options.run}),
    refusal: (state) => refusalOf(options.type, options.schema, state),
  }
  assertUsable(definition)
  return definition
}

function assertUsable(definition: AnyComponentDefinition): void {
  const {type, version, editableFrom} = definition
  if (!type) {
    throw new KeepspaceError('definition.invalid', 'a component type needs a name')
  }
  if (!Number.isSafeInteger(version) || version < 1) {
    throw new KeepspaceError('definition.invalid', `${type}: version must be a whole number from 1, got ${version}`)
  }
  if (!Number.isSafeInteger(editableFrom) || editableFrom < 1 || editableFrom > version) {
    throw new KeepspaceError('definition.invalid', `${type}: editableFrom must be between 1 and ${version}`)
  }
  const steps = [...definition.migrations.keys()].sort((a, b) => a - b)
  const first = steps[0] ?? version
  for (let from = first; from < version; from++) {
    if (!definition.migrations.has(from)) {
      throw new KeepspaceError('definition.invalid', `${type}: no migration from version ${from}`)
    }
  }
  const initial: unknown = definition.createInitial()
  const refusal = findNonJson(initial) ?? definition.refusal(initial)
  if (refusal !== undefined) {
    throw new KeepspaceError('definition.invalid', `${type}: initial state is refused, ${refusal}`)
  }
}

function refusalOf(type: string, schema: StandardSchemaV1, state: unknown): string | undefined {
  const verdict = schema['~standard'].validate(state)
  if (verdict instanceof Promise) {
    throw new KeepspaceError('definition.invalid', `${type}: the schema is asynchronous`)
  }
  const issue = verdict.issues?.[0]
  if (!issue) {
    return undefined
  }
  const path = issue.path?.map((part) => String(typeof part === 'object' ? part.key : part)).join('.')
  return `${type}${path ? `.${path}` : ''}`
}
