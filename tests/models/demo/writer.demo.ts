import type {SnapshotFrom} from 'xstate'
import {writerMachine} from '../../../src/machines/writer/writer.machine.ts'
import type {KeepspaceError} from '../../../src/model/errors.ts'
import type {ChartModel} from '../../../src/testing/chart-model.ts'
import {assertSame} from '../same.ts'
import {triesOf, writerModel, writerStatusFor} from '../writer.model.ts'
import {byHand} from './by-hand.ts'
import {type DemoPage, openDrivenPage, type View} from './demo-page.ts'
import type {DrivenDemo} from './driven-demo.ts'
import {planningWorld} from './planning-world.ts'
import {preparedRecords} from './prepared.ts'
import {soon} from './soon.ts'

type Asked = {
  /** The new name of a project, or that of a preset. */
  readonly title: string
  /** The project before it was renamed. */
  readonly project: string | undefined
}

type Notebook = {
  count: number
  /** Asked for, and not with storage yet. */
  asked: Asked[]
  /** In the transaction that storage has not answered. */
  sent: Asked[]
  stored: Asked[]
  refused: Asked[]
  /** What a person is told when the step is made. */
  told: string[]
}

type System = DemoPage & {readonly notebook: Notebook}

/** A workspace that did not load and is only looked at: what is asked beside it is never about its content. */
const ID = 'w1'
const PROJECTS = ['One', 'Two', 'Three', 'Four'] as const

/** Somebody renames projects, which may wait a moment, and keeps presets, which may not; storage answers. */
export const writerByHand = (demo: DrivenDemo): ChartModel<typeof writerMachine, System> =>
  byHand(writerModel(planningWorld), {
    start: async ({inspect}) => {
      const page = await openDrivenPage({
        demo,
        chart: writerMachine.id,
        machine: writerMachine,
        inspect,
        records: await preparedRecords(demo, [ID], PROJECTS),
        ids: [ID],
        query: {failLoad: '1'},
        hash: `#/w/${ID}`,
      })
      await page.page.getByRole('button', {name: 'Open read-only'}).click()
      const notebook: Notebook = {count: 0, asked: [], sent: [], stored: [], refused: [], told: []}
      return {...page, notebook}
    },
    stop: (system) => system.stop(),
    time: ({drive}) => ({advanceAsync: (ms) => drive('advance', ms)}),
    settle: (system) => system.settle(),
    events: {
      'work.arrived': (system: System, {isUrgent}: {readonly isUrgent: boolean}) =>
        isUrgent ? keepPreset(system) : renameProject(system),
      'retry.requested': ({page}: System) => page.evaluate(() => window.keepspace.retryStorage()),
      'close.requested': ({page}: System) =>
        page.evaluate(() => void window.keepspace.dispose({timeoutMs: 1_000_000_000})),
    },
    done: {
      commit: async ({drive, notebook}: System) => {
        const kept = notebook.sent.filter(({project}) => project === undefined)
        notebook.told = kept.map(({title}) => `“${title}” is kept as a preset`)
        notebook.stored.push(...notebook.sent.splice(0))
        await drive('answer')
      },
    },
    failed: {
      commit: async ({drive, notebook, settle}: System, error: KeepspaceError) => {
        const tries = triesOf(notebook.sent.length, error.code)
        const isPreset = ({project}: Asked) => project === undefined
        notebook.told = notebook.sent.map((asked) =>
          isPreset(asked) ? 'The preset could not be saved' : 'The project could not be renamed',
        )
        notebook.refused.push(...notebook.sent.splice(0))
        for (let left = tries; left > 0; left -= 1) {
          await drive('answer', error.code)
          await settle()
        }
      },
    },
    states: {
      '': async (system, snapshot) => {
        const {notebook} = system
        follow(system, snapshot)
        await soon(system, (view) => {
          assertSame('what went wrong', view.faults, [])
          assertSame('status of storage', view.storage, statusIn(snapshot))
          const sent = snapshot.matches('committing') ? [titlesOf(notebook.sent)] : []
          assertSame(
            'transactions with storage',
            view.waiting.map(({titles}) => titles.toSorted()),
            sent,
          )
          assertSame('what is stored', storedTitles(view), titlesOf(notebook.stored))
          assertSame('projects that are shown', view.seen.projects.filter(isOurs).toSorted(), projectsIn(notebook))
          for (const words of notebook.told) {
            assertSame(
              `told "${words}"`,
              view.seen.toasts.some((toast) => toast.includes(words)),
              true,
            )
          }
        })
        notebook.told = []
      },
    },
  })

async function keepPreset({page, notebook}: System): Promise<void> {
  notebook.count += 1
  const title = `preset ${notebook.count}`
  notebook.asked.push({title, project: undefined})
  await page.getByRole('button', {name: 'Arrangement'}).click()
  await page.getByRole('menuitem', {name: 'Save arrangement as preset…'}).click()
  await page.getByRole('textbox', {name: 'Name'}).fill(title)
  await page.getByRole('button', {name: 'Save preset'}).click()
}

/** Each time another one. */
async function renameProject({page, notebook}: System): Promise<void> {
  const project = PROJECTS[notebook.count % PROJECTS.length] ?? PROJECTS[0]
  notebook.count += 1
  const title = `entry ${notebook.count}`
  notebook.asked.push({title, project})
  await page.locator('.entry-button').filter({hasText: project}).press('F2')
  await page.getByRole('textbox', {name: 'Title of the project'}).fill(title)
  await page.keyboard.press('Enter')
}

/** Whatever was asked for by now goes with a transaction, and what is asked for at the end is refused. */
function follow({notebook}: System, snapshot: SnapshotFrom<typeof writerMachine>): void {
  if (snapshot.matches('committing') && notebook.sent.length === 0) {
    notebook.sent.push(...notebook.asked.splice(0))
  }
  if (snapshot.matches('closed')) {
    notebook.refused.push(...notebook.asked.splice(0))
  }
}

function statusIn(snapshot: SnapshotFrom<typeof writerMachine>) {
  const {phase, code} = writerStatusFor(snapshot)
  return {phase, code}
}

const isOurs = (title: string) => title.startsWith('entry ') || (PROJECTS as readonly string[]).includes(title)

const titlesOf = (asked: readonly Asked[]) => asked.map(({title}) => title).sort()

function storedTitles({stored}: View): readonly string[] {
  const titles = stored
    .filter(({key}) => key.includes('/entry/') || key.includes('/preset/'))
    .map(({value}) => (value as {readonly title: string}).title)
  return titles.filter((title) => /^(entry|preset) /.test(title)).sort()
}

/** A new name shows at once, and the old one again when it was refused. */
function projectsIn({asked, sent, stored}: Notebook): readonly string[] {
  const renamed = new Map([...asked, ...sent, ...stored].map(({project, title}) => [project, title]))
  return PROJECTS.map((project) => renamed.get(project) ?? project).sort()
}
