/** Error codes of Node and OpenSSL for a certificate from an untrusted issuer. */
const unknownIssuer =
  /SELF_SIGNED|UNABLE_TO_(GET_ISSUER|VERIFY_LEAF)|CERT_(UNTRUSTED|CHAIN_TOO_LONG|SIGNATURE_FAILURE)|INVALID_CA|ERR_SSL_TLSV1_ALERT_UNKNOWN_CA/;

/** Errors of a TLS client that receives plain HTTP. */
const notTls =
  /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|ERR_SSL_HTTP_REQUEST|wrong version number|packet length too long/i;

/** Hint that says how to trust a private certificate authority, such as that of a proxy that intercepts TLS. */
export const trustAdvice =
  "To trust your own certificate authority, such as that of a proxy, set NODE_EXTRA_CA_CERTS=FILE or NODE_USE_SYSTEM_CA=1.";

/** Returns a hint for a failed TLS connection with this code or message, or undefined for other failures. */
export function adviseOnTls(code: string, message: string): string | undefined {
  if (unknownIssuer.test(code)) return trustAdvice;
  if (notTls.test(code) || notTls.test(message)) {
    return "The server at this port does not use TLS. Check the port, or use http:// if the server runs on this machine.";
  }
  if (/CERT_HAS_EXPIRED/.test(code)) return "The certificate has expired. Ask the operator of the server to renew it.";
  if (/ALTNAME_INVALID/.test(code)) return "The certificate is for another hostname. Check the URL of the server.";
  return undefined;
}
