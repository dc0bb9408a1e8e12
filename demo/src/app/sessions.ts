import {createHttpSessionServer, createSessions} from 'keepspace/sessions'
import {keepspace} from './keepspace.ts'

/** Entries as sessions of the server beside this page. Nothing is asked of it before a person does. */
export const sessions = createSessions(keepspace, {server: createHttpSessionServer({time: keepspace.time})})

window.addEventListener('online', () => sessions.networkReturned())
