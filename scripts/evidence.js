import {execFileSync} from 'node:child_process'
import {mkdir, writeFile} from 'node:fs/promises'
import {dirname} from 'node:path'
import {rootFolder} from './processes.js'

/**
 * What a campaign was measured on.
 * @param {readonly string[]} folders - those whose uncommitted changes would make it something else
 */
export function measuredCommit(folders) {
  const git = (/** @type {readonly string[]} */ args) =>
    execFileSync('git', args, {cwd: rootFolder, encoding: 'utf8'}).trim()
  return {
    commit: git(['log', '-1', '--format=%H']),
    hasLocalChanges: git(['status', '--porcelain', '--', ...folders]) !== '',
  }
}

/**
 * @param {string} file
 * @param {object} evidence
 */
export async function writeEvidence(file, evidence) {
  await mkdir(dirname(file), {recursive: true})
  await writeFile(file, `${JSON.stringify(evidence, undefined, 2)}\n`)
}

/**
 * A whole number from 1 out of an option.
 * @param {string} option
 * @param {string} text
 */
export function wholeNumber(option, text) {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new Error(`--${option} must be a whole number from 1, got ${text}`)
  }
  return value
}

/**
 * One of several words out of an option.
 * @template {string} Value
 * @param {string} option
 * @param {readonly Value[]} allowed
 * @param {string} text
 */
export function oneOf(option, allowed, text) {
  const found = allowed.find((value) => value === text)
  if (found === undefined) {
    throw new Error(`--${option} must be one of ${allowed.join(', ')}, got ${text}`)
  }
  return found
}
