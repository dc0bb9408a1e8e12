import {existsSync} from 'node:fs'

/** Flags that keep a headless Chromium quiet and able to run as root, as containers and CI machines do. */
export const chromiumArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** What to tell a person who has no Chromium. */
export const missingChromium =
  'No Chromium found. Install Chromium or Google Chrome, or set KEEPSPACE_CHROMIUM to its path.'

const places = [
  process.env.KEEPSPACE_CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

/** Path of the Chromium that browser tests run in, or undefined when there is none. */
export function findChromium() {
  return places.find((place) => place !== undefined && existsSync(place))
}

/**
 * Path of the Chromium that browser tests run in.
 * @throws Error with a sentence that says what to install
 */
export function chromiumPath() {
  const found = findChromium()
  if (found === undefined) {
    throw new Error(missingChromium)
  }
  return found
}
