import type {BrowserContext, Page} from 'playwright'
import type {AnyStateMachine, InspectionEvent} from 'xstate'
import {nameOfTransition, statesOf, transitionsOf} from '../../../src/machines/chart-places.ts'
import type {DrivenDemo} from './driven-demo.ts'
import type {Act, Driver, Order} from './driver.ts'
import type {StoredValue} from './stored-values.ts'

/** One page of the demo in Chromium, under a model's control. */
export type DemoPage = {
  readonly page: Page
  readonly context: BrowserContext
  readonly demo: DrivenDemo
  readonly order: Order
  /** Asks the driver in the page. */
  drive<Name extends keyof Calls>(
    name: Name,
    ...args: Parameters<Calls[Name]>
  ): Promise<Awaited<ReturnType<Calls[Name]>>>
  /** What happens once a chart comes to a state, in the middle of the next step. */
  atState(ending: string, act: Act): Promise<void>
  settle(): Promise<void>
  /** What a person sees, what the product says in public, and what is stored. */
  look(): Promise<View>
  stop(): Promise<void>
}

type Calls = {
  readonly [Name in keyof Driver as Driver[Name] extends (...args: never[]) => unknown ? Name : never]: Driver[Name]
}

export type View = Awaited<ReturnType<Driver['look']>> & {readonly seen: Seen}

/** What is on the screen. */
export type Seen = {
  /** The words about how safe the workspace is, as one word. */
  readonly indicator: string | undefined
  readonly notes: readonly string[]
  readonly isReadOnly: boolean
  readonly headline: string | undefined
  readonly skeleton: string | undefined
  readonly banners: readonly string[]
  readonly badges: readonly string[]
  /** Title and state of each tab. */
  readonly tabs: readonly string[]
  readonly projects: readonly string[]
  readonly toasts: readonly string[]
  /** How many are in memory, and how many may be. */
  readonly memory: string | undefined
}

type OpenOptions = {
  readonly demo: DrivenDemo
  readonly chart: string
  /** What is stored before. */
  readonly records: readonly StoredValue[]
  /** The workspaces that are looked at. */
  readonly ids: readonly string[]
  readonly query?: Readonly<Record<string, string>>
  /** The page that is shown first. */
  readonly hash: string
  /** Who hears which places the running charts go through. */
  readonly machine?: AnyStateMachine
  readonly inspect?: (event: InspectionEvent) => void
}

/** Opens the demo in a browser profile of its own. */
export async function openDrivenPage(options: OpenOptions): Promise<DemoPage> {
  const {demo, chart, records} = options
  const context = await demo.browser.newContext({
    viewport: {width: 1280, height: 800},
    locale: 'en-GB',
    reducedMotion: 'reduce',
  })
  context.setDefaultTimeout(10_000)
  const order = {chart, records, missing: demo.missing}
  const page = await openPage(context, demo, order, options)
  const drive: DemoPage['drive'] = async (name, ...args) =>
    page.evaluate(
      ([method, values]) => {
        const act = window.driver?.[method as 'advance'] as undefined | ((...given: unknown[]) => never)
        return act?.(...values) as never
      },
      [name, args] as const,
    )
  const settle = async () => {
    await drive('settle')
    if (options.machine !== undefined && options.inspect !== undefined) {
      tellPlaces(options.machine, await drive('places'), options.inspect)
    }
  }
  return {
    page,
    context,
    demo,
    order,
    drive,
    atState: (ending, act) => drive('atState', ending, act),
    settle,
    look: async () => ({...(await drive('look', options.ids)), seen: await page.evaluate(readScreen)}),
    stop: () => context.close(),
  }
}

/** A page in which `order` holds. */
export async function openPage(
  context: BrowserContext,
  demo: DrivenDemo,
  order: Order,
  {query = {}, hash, first = '.shell'}: Pick<OpenOptions, 'query' | 'hash'> & {readonly first?: string},
): Promise<Page> {
  const page = await context.newPage()
  await page.addInitScript((given) => Object.assign(window, {order: given}), order)
  await page.goto(`${demo.url}?${new URLSearchParams(query)}${hash}`)
  await page.locator(first).waitFor()
  await page.evaluate(async () => {
    await window.driver?.settle()
    // What the app notes down when it starts has been written.
    await window.driver?.advance(100)
    await window.driver?.settle()
    Object.assign(window.driver ?? {}, {isReady: true})
  })
  return page
}

/** The runner hears of these places as if the charts ran beside it. */
function tellPlaces(
  machine: AnyStateMachine,
  {states, transitions}: Awaited<ReturnType<Driver['places']>>,
  inspect: (event: InspectionEvent) => void,
): void {
  const all = statesOf(machine.root)
  inspect({
    type: '@xstate.microstep',
    snapshot: {machine, _nodes: all.filter(({id}) => states.includes(id))},
    _transitions: all.flatMap(transitionsOf).filter((transition) => transitions.includes(nameOfTransition(transition))),
  } as unknown as InspectionEvent)
}

/** Runs in the page. */
function readScreen(): Seen {
  const all = (selector: string) => [...document.querySelectorAll<HTMLElement>(selector)]
  const words = (element: HTMLElement | undefined) => element?.textContent?.trim()
  const [indicator] = all('.save-indicator[data-phase]')
  return {
    indicator: indicator?.dataset.phase,
    notes: all('.sticky-text').map((field) => (field as HTMLTextAreaElement).value),
    isReadOnly: all('.card[data-readonly]').length > 0,
    headline: words(all('.notice-card h1, .notice-card h2')[0]),
    skeleton: words(all('.skeleton-words')[0]),
    banners: all('.banner strong').map((title) => words(title) ?? ''),
    badges: all('.problem').map(({dataset}) => dataset.kind ?? ''),
    tabs: all('.tab-label').map((label) => words(label) ?? ''),
    projects: all('.entry-title').map((title) => words(title) ?? ''),
    toasts: all('.toast').map((toast) => words(toast) ?? ''),
    memory: words(all('.memory-button')[0]),
  }
}
