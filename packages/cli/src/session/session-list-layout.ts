import type { ListedSession } from "@briksync/sdk";
import { type ListLayout, makeTimeColumn } from "../terminal/print-list.ts";
import { formatRelativeTime } from "../text/relative-time.ts";

const openings: Readonly<Record<string, string>> = {
  password: "password",
  browser: "browser",
  device: "approved in browser",
  provider: "identity provider",
};

/** Returns by what a user recognizes a session: the name of the device, or else the client. */
export function nameSession({ hostName, client }: Pick<ListedSession, "hostName" | "client">): string {
  if (hostName === null) return client ?? "unknown client";
  return client === null ? hostName : `${hostName} (${client})`;
}

/** The layout of the list of the user's own sessions. Servers do not know everything about sessions from before an update. */
export const sessionListLayout: ListLayout<ListedSession> = {
  empty: "There are no sessions.",
  nouns: ["session", "sessions"],
  id: ({ id }) => id,
  columns: [
    { header: "", field: "current", value: ({ current }) => current, show: ({ current }) => (current ? "*" : "") },
    {
      header: "CLIENT",
      field: "client",
      value: ({ client }) => client,
      show: nameSession,
      widthMin: 16,
      isSearched: true,
    },
    {
      header: "SIGNED IN WITH",
      field: "openedWith",
      value: ({ openedWith }) => openedWith,
      show: ({ openedWith }) => (openedWith === null ? "unknown" : (openings[openedWith] ?? openedWith)),
      dropOrder: 2,
    },
    { header: "IP ADDRESS", field: "ip", value: ({ ip }) => ip, show: ({ ip }) => ip ?? "unknown", isSearched: true },
    {
      header: "LAST USED",
      field: "lastUsedOn",
      value: ({ lastUsedOn }) => lastUsedOn,
      show: ({ lastUsedOn }, now) => (lastUsedOn === null ? "unknown" : formatRelativeTime(lastUsedOn, now)),
    },
    {
      header: "COMPANY",
      field: "company",
      value: ({ company }) => company?.name,
      show: ({ company }) => company?.name ?? "none",
      isSearched: true,
      dropOrder: 1,
    },
    { header: "HOST", field: "hostName", value: ({ hostName }) => hostName, isCsvOnly: true, isSearched: true },
    makeTimeColumn("CREATED", "createdOn", { isCsvOnly: true }),
    makeTimeColumn("EXPIRES", "expiresOn", { isCsvOnly: true }),
    { header: "ID", field: "id", value: ({ id }) => id, isSearched: true },
  ],
};
