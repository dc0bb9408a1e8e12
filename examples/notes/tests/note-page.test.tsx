// @vitest-environment jsdom
import {KeepspaceError} from 'keepspace'
import {testPaths} from 'keepspace/testing'
import {act} from 'react'
import {expect, test} from 'vitest'
import {noteFlow} from './note-flow.ts'
import {type Page, startPage} from './start-page.tsx'

const shows =
  (status: string) =>
  ({page}: Page) =>
    expect(page.querySelector('[role=status]')?.textContent).toBe(status)

test('the page says what happens to the note, on every path', async () => {
  const {failures, transitions} = await testPaths({
    machine: noteFlow,
    start: startPage,
    time: (page) => page,
    settle: (page) => page.advanceAsync(0),
    events: {
      'text.typed': (page) => page.type(),
      'retry.pressed': ({page}) => act(async () => page.querySelector('button')?.click()),
    },
    done: {store: async (page) => (await page.sent()).succeed()},
    failed: {store: async (page) => (await page.sent()).fail(new KeepspaceError('storage.unavailable'))},
    states: {
      saved: shows('Saved'),
      unsaved: shows('Not saved yet'),
      saving: shows('Saving…'),
      failed: shows('Could not be saved'),
    },
  })
  expect({failures, missing: transitions.missing}).toEqual({failures: [], missing: []})
})
