import { connect, type MqttClient } from 'mqtt'
import { AppError } from '../../core/errors.ts'

const ANSWER_WITHIN_MS = 10_000

/** A device's connection. Rejects `unauthorized` when the broker refuses it and `overloaded` when none answers. */
export function signOn(mqttUrl: string, device: string, token: string): Promise<MqttClient> {
  const client = connect(mqttUrl, {
    clientId: device,
    username: device,
    password: token,
    connectTimeout: ANSWER_WITHIN_MS,
    reconnectPeriod: 1000,
  })
  return new Promise((resolve, reject) => {
    function giveUp(error: AppError): void {
      forget()
      client.end(true)
      reject(error)
    }
    function onError(cause: Error): void {
      const isRefused = 'code' in cause && typeof cause.code === 'number'
      if (isRefused) giveUp(new AppError('unauthorized', `the broker refused ${device}`, { device }, { cause }))
      else giveUp(new AppError('overloaded', `no broker answers at ${mqttUrl}`, { mqttUrl }, { cause }))
    }
    function onClose(): void {
      giveUp(new AppError('overloaded', `${mqttUrl} closed the connection`, { mqttUrl }))
    }
    function onConnect(): void {
      forget()
      resolve(client)
    }
    /** Later breaks mend themselves: mqtt.js connects again and sends again what was not acknowledged. */
    function forget(): void {
      client.off('error', onError).off('close', onClose).off('connect', onConnect)
      client.on('error', () => {})
    }
    client.on('error', onError).on('close', onClose).on('connect', onConnect)
  })
}
