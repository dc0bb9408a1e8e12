import type {Browser} from '../browser.ts'
import type {Row} from '../row.ts'
import type {Sizes} from '../sizes.ts'

/** One thing that is measured. */
export type Measure = {
  readonly name: string
  run(browser: Browser, sizes: Sizes): Promise<readonly Row[]>
}
