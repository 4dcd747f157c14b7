import type { IncomingMessage, ServerResponse } from 'node:http'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify'
import type { Rights } from '../contract.ts'

/** Who is asking: a person or program with rights, or a device speaking for itself. */
export type Caller = ({ kind: 'client' } & Granted) | { kind: 'device'; name: string }

/** What a token gives. */
export interface Granted {
  name: string
  rights: Rights
  /** May see pictures as the camera took them; `admin` may without it. */
  originals?: boolean
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by `authenticate` for every path under `/api`. */
    caller: Caller | null
  }
  interface FastifyContextConfig {
    /** Rights that the route asks for, default `view`. */
    needs?: Rights | 'originals'
    /** Devices may use it for themselves. */
    forDevices?: true
  }
}

/** Fastify, with types made from the TypeBox schemas of each route. */
export type ApiServer = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>
