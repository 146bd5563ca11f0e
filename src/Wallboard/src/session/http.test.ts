import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { call } from './http'

describe('a call to the host', () => {
  let host: Server | undefined

  afterEach(() => {
    host?.closeAllConnections()
    host?.close()
  })

  async function hostThat(answers: RequestListener): Promise<string> {
    const server = createServer(answers)
    host = server
    await new Promise<void>((listening) => { server.listen(0, '127.0.0.1', listening) })
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/units`
  }

  it('gives what the host says', async () => {
    expect(await call(await hostThat((_, response) => response.end('{"orders":[]}')))).toEqual({ kind: 'ok', value: { orders: [] } })
  })

  it.each([204, 202])('gives nothing where the host says yes and no more: %i', async (status) => {
    expect(await call(await hostThat((_, response) => response.writeHead(status).end()))).toEqual({ kind: 'ok', value: null })
  })

  it('takes an answer that breaks off for none', async () => {
    const path = await hostThat((_, response) => {
      response.writeHead(200, { 'Content-Length': 100 }).write('{"orders":', () => { response.destroy() })
    })
    expect(await call(path)).toEqual({ kind: 'unreachable' })
  })

  it('takes a page of what stands between for no answer of the host', async () => {
    expect(await call(await hostThat((_, response) => response.end('<html>Sign in to the network</html>')))).toEqual({ kind: 'unreachable' })
  })

  it('is told of a refusal by what stands between, too', async () => {
    const path = await hostThat((_, response) => response.writeHead(502).end('<html>Bad gateway</html>'))
    expect(await call(path)).toEqual({ kind: 'refused', status: 502, body: null, retryAfterSeconds: null })
  })

  it('says nothing to who gave up while the answer was on its way', async () => {
    const abort = new AbortController()
    const path = await hostThat((_, response) => {
      response.writeHead(200, { 'Content-Length': 100 }).write('{"orders":', () => { setTimeout(() => { abort.abort() }, 50) })
    })
    await expect(call(path, { signal: abort.signal })).rejects.toThrow('aborted')
  })
})
