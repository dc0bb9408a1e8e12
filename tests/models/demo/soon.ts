import type {DemoPage, View} from './demo-page.ts'

/** So often the page is looked at before what it shows counts. React draws when it finds the time. */
const MOST_LOOKS = 40

/** Looks at the page until it is as it should be, and throws what was wrong when it never is. */
export async function soon(demo: DemoPage, assert: (view: View) => void): Promise<void> {
  for (let looks = 1; ; looks += 1) {
    try {
      assert(await demo.look())
      return
    } catch (error) {
      if (looks === MOST_LOOKS) {
        throw error
      }
      await demo.drive('settle')
    }
  }
}
