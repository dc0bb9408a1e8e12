import axe from 'axe-core'
import type {Page} from 'playwright'

/** What axe finds on the page that keeps people out: serious and critical violations, with the elements concerned. */
export async function findBarriers(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source)
  const {violations} = await page.evaluate(() =>
    (window as unknown as {axe: typeof axe}).axe.run(document, {resultTypes: ['violations']}),
  )
  return violations
    .filter(({impact}) => impact === 'serious' || impact === 'critical')
    .flatMap(({id, nodes}) => nodes.map(({target, failureSummary}) => `${id}: ${target.join(' ')} ${failureSummary}`))
}
