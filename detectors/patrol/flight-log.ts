import type { Frame, FrameAnalysis } from '../../core/observation.ts'
import type { FlightTold, TrackPoint } from '../../core/patrol.ts'
import {
  AWAITED,
  addTrackPoint,
  DELIVERED,
  type FlightState,
  type FrameState,
  idleFlight,
  MAX_FLIGHTS,
  MAX_FRAMES_OF_FLIGHT,
  MAX_MEDIA,
} from './flight-state.ts'
import { distanceM } from './ground-plane.ts'

/** All flights that are remembered. Changed in place; every change says what the clock is. */
export interface FlightLog {
  byId: Map<string, FlightState>
  /** Flights of each drone, the one that began last in front. */
  byDevice: Map<string, FlightState[]>
  /** The flight that each picture belongs to, by drone and picture. */
  ofFrame: Map<string, FlightState>
  /** Flights that will be decided by time. */
  open: Set<FlightState>
  /** Flights that turned out to be the beginning of an announced one; whoever has their ids takes these out. */
  renamed: { from: string; to: string }[]
  silenceMs: number
}

/** A flight that has ended is decided when nothing more was heard of it for so long: pictures come one by one. */
const SETTLE_MS = 120_000
/** Clocks of dock and drone differ by so much. */
const MARGIN_MS = 60_000

export function createFlightLog(silenceMs: number, flights: FlightState[] = []): FlightLog {
  const log: FlightLog = {
    ...{ byId: new Map(), byDevice: new Map(), ofFrame: new Map(), open: new Set(), renamed: [], silenceMs },
  }
  for (const flight of flights) add(log, flight)
  return log
}

function add(log: FlightLog, flight: FlightState): FlightState {
  log.byId.set(flight.id, flight)
  const own = log.byDevice.get(flight.device) ?? []
  log.byDevice.set(
    flight.device,
    [...own, flight].sort((a, b) => b.beganMs - a.beganMs || (a.id < b.id ? -1 : 1)),
  )
  for (const frameId of flight.frames.keys()) log.ofFrame.set(frameKey(flight.device, frameId), flight)
  if (!flight.isSettled) log.open.add(flight)
  return flight
}

export function frameKey(device: string, frameId: string): string {
  return `${device}|${frameId}`
}

/** Something of the flight was heard: it is decided so much later. */
function hear(log: FlightLog, flight: FlightState, atMs: number, clockMs: number): FlightState {
  flight.version++
  flight.heardMs = clockMs
  flight.beganMs = Math.min(flight.beganMs, atMs)
  flight.lastMs = Math.max(flight.lastMs, atMs)
  flight.isSettled = false
  // What ended by silence alone goes on.
  if (flight.status === undefined) flight.endedMs = null
  flight.dueMs = dueOf(log, flight)
  log.open.add(flight)
  return flight
}

/** When a flight ends by silence, or is decided: soon when all that was expected was looked at. */
function dueOf(log: FlightLog, flight: FlightState): number {
  const { endedMs, heardMs, received, analysed, refused, expected } = flight
  const isWaiting = received > analysed + refused || [...flight.media.values()].includes(AWAITED)
  if (endedMs === null || isWaiting) return heardMs + log.silenceMs
  const isWhole = expected !== undefined && analysed + refused >= expected
  return heardMs + (isWhole ? 1 : SETTLE_MS)
}

/** The flight of a drone at a time: one that was announced first, else one made of what came near in time. */
function flightAt(log: FlightLog, device: string, atMs: number): FlightState | undefined {
  const own = log.byDevice.get(device) ?? []
  const announced = own.find(
    ({ implied, beganMs, endedMs, lastMs }) =>
      !implied && atMs >= beganMs - MARGIN_MS && atMs <= (endedMs ?? lastMs + log.silenceMs) + MARGIN_MS,
  )
  if (announced) return announced
  const near = ({ beganMs, lastMs }: FlightState) => Math.max(beganMs - atMs, atMs - lastMs, 0)
  return own.filter((flight) => flight.implied && near(flight) <= log.silenceMs).sort((a, b) => near(a) - near(b))[0]
}

/** Made of what came without an announcement; its id says from which position in the journal. */
function implied(log: FlightLog, device: string, atMs: number, seq: number): FlightState {
  return add(log, { ...idleFlight(`p${seq}`, device, atMs), implied: true })
}

function announced(log: FlightLog, device: string, flightId: string, atMs: number): FlightState {
  const known = log.byId.get(flightId)
  if (known !== undefined) return known
  const flight = add(log, idleFlight(flightId, device, atMs))
  const before = (log.byDevice.get(device) ?? []).find(
    (other) => other.implied && other.endedMs === null && Math.abs(other.lastMs - atMs) <= log.silenceMs,
  )
  if (before) absorb(log, flight, before)
  return flight
}

/** What was taken for a flight of its own was the beginning of one that is announced now. */
function absorb(log: FlightLog, flight: FlightState, before: FlightState): void {
  const { beganMs, lastMs, track, stepM, frames, received, analysed, refused } = before
  Object.assign(flight, { track, stepM, frames, received, analysed, refused })
  log.renamed.push({ from: before.id, to: flight.id })
  flight.beganMs = Math.min(flight.beganMs, beganMs)
  flight.lastMs = Math.max(flight.lastMs, lastMs)
  for (const frameId of frames.keys()) log.ofFrame.set(frameKey(flight.device, frameId), flight)
  remove(log, before)
}

function remove(log: FlightLog, flight: FlightState): void {
  log.byId.delete(flight.id)
  log.open.delete(flight)
  const own = (log.byDevice.get(flight.device) ?? []).filter((other) => other !== flight)
  if (own.length > 0) log.byDevice.set(flight.device, own)
  else log.byDevice.delete(flight.device)
}

/** What a dock, a drone or its pilot says. */
export function noteNews(
  log: FlightLog,
  { deviceId, flightId, atMs, told }: { deviceId: string; flightId: string; atMs: number; told: FlightTold },
  clockMs: number,
): FlightState {
  const flight = announced(log, deviceId, flightId, atMs)
  if (told.what === 'ended') {
    flight.status = told.status
    flight.endedMs = atMs
  } else if (told.what === 'began') {
    if (told.plan !== undefined) flight.plan = told.plan
  } else if (told.what === 'media_count') {
    if (told.expected !== undefined) flight.expected = told.expected
    if (told.uploaded !== undefined) flight.uploaded = told.uploaded
  } else if (told.what === 'by_hand') flight.byHand = true
  else if (told.what !== 'progress') noteMedia(flight, told)
  // News of pictures comes after the landing.
  const isOfFlying = told.what === 'began' || told.what === 'progress' || told.what === 'ended'
  return hear(log, flight, isOfFlying && flight.endedMs === null ? atMs : flight.lastMs, clockMs)
}

type MediaTold = Extract<FlightTold, { object: string }>

function noteMedia({ media }: FlightState, told: MediaTold): void {
  if (!media.has(told.object) && media.size >= MAX_MEDIA) return
  if (told.what === 'media_promised') media.set(told.object, media.get(told.object) ?? AWAITED)
  else media.set(told.object, told.what === 'media_delivered' ? DELIVERED : told.reason || 'lost')
}

/** A picture that waits for its analysis. The same picture again changes nothing. */
export function noteFrame(log: FlightLog, frame: Frame, seq: number, clockMs: number): FlightState {
  const { deviceId, frameId, atMs, pose, widthPx, heightPx, flightId } = frame
  const known = log.ofFrame.get(frameKey(deviceId, frameId))
  if (known?.frames.has(frameId)) return known
  const flight =
    flightId === undefined
      ? (flightAt(log, deviceId, atMs) ?? implied(log, deviceId, atMs, seq))
      : announced(log, deviceId, flightId, atMs)
  addFrame(log, flight, {
    ...{ frameId, atMs, state: 'queued', findings: [], widthPx, heightPx },
    ...(pose.position && { position: pose.position }),
    ...(pose.relativeAltitudeM !== undefined && { heightM: pose.relativeAltitudeM }),
  })
  return hear(log, flight, atMs, clockMs)
}

function addFrame(log: FlightLog, flight: FlightState, frame: FrameState): void {
  flight.received++
  if (flight.frames.size >= MAX_FRAMES_OF_FLIGHT) return
  flight.frames.set(frame.frameId, frame)
  log.ofFrame.set(frameKey(flight.device, frame.frameId), flight)
}

/** An analysis with the flight and the picture that it belongs to; null when it was taken in before. */
export function noteAnalysis(
  log: FlightLog,
  analysis: FrameAnalysis & { seq: number },
  clockMs: number,
): { flight: FlightState; frame: FrameState } | null {
  const { deviceId, frameId, atMs, state, reason, ground, quality, pose } = analysis
  const flight =
    log.ofFrame.get(frameKey(deviceId, frameId)) ??
    flightAt(log, deviceId, atMs) ??
    implied(log, deviceId, atMs, analysis.seq)
  const known = flight.frames.get(frameId)
  if (known !== undefined && known.state !== 'queued') return null
  const frame: FrameState = known ?? { frameId, atMs, state, findings: [], widthPx: 0, heightPx: 0 }
  if (known === undefined) addFrame(log, flight, frame)
  Object.assign(frame, {
    state,
    ...(reason !== undefined && { reason }),
    ...(pose?.position && { position: pose.position }),
    ...(ground && { footprint: ground.footprint, gsdCm: ground.gsdCm }),
    ...(quality && { sharpness: quality.sharpness, brightness: quality.brightness, clipped: quality.clipped }),
  })
  if (state === 'analysed') flight.analysed++
  else flight.refused++
  hear(log, flight, atMs, clockMs)
  return { flight, frame }
}

/**
 * A flown point. With a height it makes a flight by itself, so only what is in the air may come here; without one it
 * belongs to a flight that is known already, or to none: what moves may be a lorry.
 */
export function noteTrack(
  log: FlightLog,
  device: string,
  point: TrackPoint,
  seq: number,
  clockMs: number,
): FlightState | null {
  const known = flightAt(log, device, point.atMs)
  if (known === undefined && point.heightM === undefined) return null
  const flight = known ?? implied(log, device, point.atMs, seq)
  addTrackPoint(flight, point, distanceM)
  return hear(log, flight, point.atMs, clockMs)
}

/** The flight that time decides next, by `untilMs`; the same order whenever it is asked. */
export function nextDue(log: FlightLog): FlightState | null {
  let next: FlightState | null = null
  for (const flight of log.open)
    if (next === null || flight.dueMs < next.dueMs || (flight.dueMs === next.dueMs && flight.id < next.id))
      next = flight
  return next
}

/** It is over, and decided with what is known. Nothing more heard: it ended with the last that was. */
export function settle(log: FlightLog, flight: FlightState): void {
  flight.endedMs ??= flight.lastMs
  flight.isSettled = true
  flight.dueMs = Number.POSITIVE_INFINITY
  flight.version++
  log.open.delete(flight)
}

/** Flights that were decided longest ago and must be forgotten, whole or but for their figures. */
export function overflow(log: FlightLog, maxFrames: number): { forget: FlightState[]; thin: FlightState[] } {
  if (log.byId.size <= MAX_FLIGHTS && log.ofFrame.size <= maxFrames) return { forget: [], thin: [] }
  const oldest = [...log.byId.values()].sort((a, b) => a.lastMs - b.lastMs || (a.id < b.id ? -1 : 1))
  const forget = oldest.slice(0, Math.max(0, log.byId.size - MAX_FLIGHTS))
  let frames = log.ofFrame.size
  const thin: FlightState[] = []
  for (const flight of oldest) {
    if (frames <= maxFrames) break
    frames -= flight.frames.size
    thin.push(flight)
  }
  return { forget, thin: thin.filter((flight) => !forget.includes(flight)) }
}

export function forgetFrames(log: FlightLog, flight: FlightState): void {
  for (const frameId of flight.frames.keys()) log.ofFrame.delete(frameKey(flight.device, frameId))
  flight.frames = new Map()
  flight.track = []
  flight.version++
}

export function forgetFlight(log: FlightLog, flight: FlightState): void {
  forgetFrames(log, flight)
  remove(log, flight)
}
