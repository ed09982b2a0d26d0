import { lookup as lookUp } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";

/** Ranges that lead to this machine or into its network, or that contain such an address (RFC 6890 and others). */
const internalRanges: readonly [string, number, "ipv4" | "ipv6"][] = [
  ["0.0.0.0", 8, "ipv4"],
  ["10.0.0.0", 8, "ipv4"],
  ["100.64.0.0", 10, "ipv4"],
  ["127.0.0.0", 8, "ipv4"],
  ["169.254.0.0", 16, "ipv4"],
  ["172.16.0.0", 12, "ipv4"],
  ["192.0.0.0", 24, "ipv4"],
  ["192.168.0.0", 16, "ipv4"],
  ["198.18.0.0", 15, "ipv4"],
  ["224.0.0.0", 3, "ipv4"],
  ["::", 96, "ipv6"],
  ["64:ff9b::", 96, "ipv6"],
  ["64:ff9b:1::", 48, "ipv6"],
  ["100::", 64, "ipv6"],
  ["2001::", 32, "ipv6"],
  ["2002::", 16, "ipv6"],
  ["fc00::", 7, "ipv6"],
  ["fe80::", 10, "ipv6"],
  ["fec0::", 10, "ipv6"],
  ["ff00::", 8, "ipv6"],
];

const internal = new BlockList();
for (const [address, bits, family] of internalRanges) internal.addSubnet(address, bits, family);

/** Returns whether an IP address can belong to a server on the internet. */
export function isPublicAddress(address: string): boolean {
  const version = isIP(address);
  // Mapped IPv4 addresses are compared as IPv4.
  return version !== 0 && !internal.check(address, version === 4 ? "ipv4" : "ipv6");
}

/**
 * Looks up a host, and fails if one of its addresses is internal. The connection then uses an address that was checked.
 */
export const lookUpPublic: LookupFunction = (hostname, options, callback) => {
  lookUp(hostname, { ...options, all: true }, (error, addresses) => {
    if (error !== null) return callback(error, "", 0);
    const isInternal = addresses.length === 0 || addresses.some(({ address }) => !isPublicAddress(address));
    if (isInternal) return callback(new Error(`${hostname} is not on the internet`), "", 0);
    const [first] = addresses;
    if (options.all === true || first === undefined) return callback(null, addresses);
    callback(null, first.address, first.family);
  });
};
