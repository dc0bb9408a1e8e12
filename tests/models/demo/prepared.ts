import {openPage} from './demo-page.ts'
import type {DrivenDemo} from './driven-demo.ts'
import type {StoredValue} from './stored-values.ts'

/**
 * What is stored once somebody has made these workspaces by hand, each with a note that says "stored", and left.
 *
 * @param others - projects with nothing in them
 */
export function preparedRecords(
  demo: DrivenDemo,
  ids: readonly string[],
  others: readonly string[] = [],
): Promise<readonly StoredValue[]> {
  const name = [...ids, ...others].join()
  const known = demo.prepared.get(name) ?? make(demo, ids, others)
  demo.prepared.set(name, known)
  return known
}

async function make(
  demo: DrivenDemo,
  ids: readonly string[],
  others: readonly string[],
): Promise<readonly StoredValue[]> {
  const context = await demo.browser.newContext({locale: 'en-GB', reducedMotion: 'reduce'})
  try {
    const order = {chart: '', records: [], isFree: true}
    const page = await openPage(context, demo, order, {hash: '', first: '.welcome'})
    await page.evaluate(
      async ([workspaceIds, projects]) => {
        const {catalogue} = window.keepspace
        const entryId = await catalogue.createEntry({title: 'Project', id: 'entry'})
        for (const title of projects) {
          await catalogue.createEntry({title})
        }
        for (const id of workspaceIds) {
          await catalogue.createWorkspace({entryId, title: id, id})
        }
      },
      [ids, others] as const,
    )
    for (const id of ids) {
      await page.evaluate((shown) => {
        window.location.hash = `#/w/${shown}`
      }, id)
      await page.locator('.tab[data-selected]').filter({hasText: id}).waitFor()
      await page.getByRole('button', {name: 'Add Sticky note', exact: true}).click()
      await page.locator('.sticky-text').fill('stored')
      await page.keyboard.press('Control+s')
      await page.locator('.save-indicator[data-phase="saved"]').waitFor()
    }
    return await page.evaluate(async () => {
      await window.keepspace.dispose()
      return (await window.driver?.look([]))?.stored ?? []
    })
  } finally {
    await context.close()
  }
}
