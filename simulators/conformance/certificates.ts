import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { isIP } from 'node:net'
import forge from 'node-forge'

/** A certificate that signs itself, with its key, both PEM: who trusts it puts it where authorities stand. */
export interface Certificate {
  cert: string
  key: string
}

const A_DAY_MS = 86_400_000

/** For a server under these names or addresses, valid from yesterday for a month. Takes some tenths of a second. */
export function makeCertificate(names: string[], nowMs: number): Certificate {
  const pair = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  const certificate = forge.pki.createCertificate()
  certificate.publicKey = forge.pki.publicKeyFromPem(pair.publicKey)
  // Positive, whatever the bytes: X.509 reads the first bit as a sign.
  certificate.serialNumber = `01${randomBytes(8).toString('hex')}`
  certificate.validity.notBefore = new Date(nowMs - A_DAY_MS)
  certificate.validity.notAfter = new Date(nowMs + 30 * A_DAY_MS)
  const subject = [{ name: 'commonName', value: 'huying conformance kit' }]
  certificate.setSubject(subject)
  certificate.setIssuer(subject)
  certificate.setExtensions([
    { name: 'basicConstraints', cA: true, critical: true },
    { name: 'keyUsage', keyCertSign: true, digitalSignature: true, keyEncipherment: true, critical: true },
    { name: 'extKeyUsage', serverAuth: true },
    { name: 'subjectKeyIdentifier' },
    { name: 'subjectAltName', altNames: names.map(toAltName) },
  ])
  certificate.sign(forge.pki.privateKeyFromPem(pair.privateKey), forge.md.sha256.create())
  return { cert: forge.pki.certificateToPem(certificate), key: pair.privateKey }
}

/** RFC 5280: 2 is a name, 7 an address. */
function toAltName(name: string) {
  return isIP(name) === 0 ? { type: 2, value: name } : { type: 7, ip: name }
}
