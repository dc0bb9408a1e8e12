import {createHash, timingSafeEqual} from 'node:crypto'
import {chmod, readFile, writeFile} from 'node:fs/promises'
import {nanoid} from 'nanoid'
import {type Authenticate, bearerToken} from './identity.ts'

/** Everybody who has the token is this user. */
const LOCAL_USER = 'local'
const TOKEN_LENGTH = 43
const OWNER_ONLY = 0o600

/** The token of a server for one person on one machine: made at the first start, readable by its owner only. */
export async function singleUserToken(file: string): Promise<string> {
  try {
    await writeFile(file, `${nanoid(TOKEN_LENGTH)}\n`, {mode: OWNER_ONLY, flag: 'wx'})
  } catch (error) {
    if (Object(error).code !== 'EEXIST') {
      throw error
    }
    await chmod(file, OWNER_ONLY)
  }
  return (await readFile(file, 'utf8')).trim()
}

/** Knows one user by one token. For a server that listens on loopback only. */
export function singleUserAuthentication(token: string): Authenticate {
  const expected = digest(token)
  return async (request) => {
    const given = bearerToken(request)
    return given !== undefined && timingSafeEqual(digest(given), expected) ? {userId: LOCAL_USER} : undefined
  }
}

/** Texts of the same length, so that comparing them takes the same time. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
