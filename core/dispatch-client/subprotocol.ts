/** WebSocket subprotocol of this version of the messages. */
export const SUBPROTOCOL = 'huying.dispatch.v1'
