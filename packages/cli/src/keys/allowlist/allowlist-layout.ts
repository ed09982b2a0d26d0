import type { AllowedIp } from "@briksync/sdk";
import { type ListLayout, makeTimeColumn } from "../../terminal/print-list.ts";
import { describeExpiry } from "../describe-key.ts";
import { isExpired } from "./plan-allowlist.ts";

/** Returns the layout of an allowlist. `now` decides which entries show as expired. */
export function layOutAllowlist(now: Date): ListLayout<AllowedIp> {
  return {
    empty: "The key has no allowlist, so every IP address can use it.",
    nouns: ["entry", "entries"],
    id: (entry) => entry.id,
    columns: [
      {
        header: "ADDRESSES",
        field: "cidr",
        value: (entry) => entry.cidr,
        style: (entry, { dim }) => (isExpired(entry, now) ? dim : undefined),
      },
      {
        header: "EXPIRES",
        field: "expiresAt",
        value: (entry) => entry.expiresAt,
        show: (entry) => describeExpiry(entry, now)?.replace("expires ", "") ?? "never",
        style: (entry, { yellow }) => (isExpired(entry, now) ? yellow : undefined),
      },
      { header: "NOTE", field: "note", value: (entry) => entry.note, widthMin: 10 },
      makeTimeColumn("ADDED", "createdOn", { dropOrder: 1 }),
      { header: "ID", field: "id", value: (entry) => entry.id, isCsvOnly: true },
    ],
  };
}
