/** Returns whether an address or the host of a URL is this machine, so that no TLS is needed to reach it. */
export function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/.test(host);
}
