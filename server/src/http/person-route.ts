import {Person} from './schemas.ts'
import {type App, ownerOf} from './service.ts'

/** For whom the server takes whoever asks. */
export function personRoute(app: App) {
  app.get(
    '/me',
    {schema: {tags: ['Identity'], summary: 'Who is signed in', response: {200: Person}}},
    async (request) => ({userId: ownerOf(request)}),
  )
}
