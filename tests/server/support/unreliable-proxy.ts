import {connect, createServer, type Socket} from 'node:net'

/** What the network does to one connection. */
export type Fault =
  | {readonly type: 'none'}
  /** The answer ends after so many bytes. */
  | {readonly type: 'cut'; readonly afterBytes: number}
  /** The request arrives, and the connection ends before any answer. */
  | {readonly type: 'swallow'}
  /** The answer comes so much later. */
  | {readonly type: 'delay'; readonly ms: number}
  /** The request arrives twice. */
  | {readonly type: 'duplicate'}

/** A network between a client and a server: one fault after the other, one for each connection. */
export async function startProxy(targetUrl: string, nextFault: () => Fault) {
  const port = Number(new URL(targetUrl).port)
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const fault = nextFault()
    const upstream = connect(port, '127.0.0.1')
    const twin = fault.type === 'duplicate' ? connect(port, '127.0.0.1') : undefined
    for (const socket of [client, upstream, twin]) {
      if (socket !== undefined) {
        sockets.add(socket)
        socket.on('error', () => undefined)
        socket.on('close', () => sockets.delete(socket))
      }
    }
    let answeredBytes = 0
    client.on('data', (chunk) => {
      upstream.write(chunk)
      twin?.write(chunk)
    })
    twin?.resume()
    upstream.on('data', (chunk: Buffer) => {
      if (fault.type === 'swallow') {
        client.destroy()
      } else if (fault.type === 'cut') {
        const rest = fault.afterBytes - answeredBytes
        client.write(chunk.subarray(0, Math.max(rest, 0)), () => rest <= chunk.length && client.destroy())
      } else if (fault.type === 'delay') {
        setTimeout(() => client.write(chunk), fault.ms)
      } else {
        client.write(chunk)
      }
      answeredBytes += chunk.length
    })
    upstream.on('close', () => client.end())
    client.on('close', () => {
      upstream.end()
      twin?.end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
    close: () =>
      new Promise<void>((resolve) => {
        for (const socket of sockets) {
          socket.destroy()
        }
        server.close(() => resolve())
      }),
  }
}
